import JSON
import Testing

@testable import SinkConfiguration

@Suite("The reference of properties in a terminal")
struct PropertyListingTests {
    @Test("shows every property in its group, with its default and a sentence")
    func all() throws {
        let text = try PropertyListing(nil).text(width: nil)
        for definition in PropertyTable.all {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("  \(definition.name)") })
            if let value = definition.defaultValue, definition.name.count <= 44 { #expect(line.contains(value)) }
        }
        for group in PropertyGroup.allCases { #expect(text.contains("\(group.rawValue)\n  ")) }
        #expect(text.contains("  flush.interval.ms    30000 "))
    }

    @Test("fits into a terminal", arguments: [60, 80, 140])
    func width(width: Int) throws {
        let text = try PropertyListing(nil).text(width: width)
        for line in text.split(separator: "\n") where line.contains(" ") && line.count > width {
            #expect(line.drop { $0 == " " }.contains(" ") == false, "\(line)")
        }
    }

    @Test("shows one property whole, by any of its names")
    func one() throws {
        for name in ["kusto.ingestion.url", "kusto.url"] {
            let text = try PropertyListing(name).text(width: nil)
            for part in [
                "kusto.ingestion.url\n", "  type     string\n", "  default  none; it is required\n",
                "  also     kusto.url\n",
                "  example  kusto.ingestion.url=https://",
            ] { #expect(text.contains(part), "\(part) in \(text)") }
        }
        let text = try PropertyListing("flush.interval.ms").text(width: nil)
        for part in [
            "  values   100 to 86400000\n", "  unit     milliseconds\n", "  default  30000\n", "  since    1.0\n",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test("shows names in bold letters where there are some")
    func bold() throws {
        #expect(try PropertyListing("topics").text(width: 80, isBold: true).hasPrefix("\u{1B}[1mtopics\u{1B}[0m\n"))
        #expect(try !PropertyListing("topics").text(width: 80).contains("\u{1B}"))
    }

    @Test("says what becomes of a client's property")
    func members() throws {
        let ignored = try PropertyListing("consumer.override.max.poll.records").text(width: nil)
        #expect(ignored.contains("Accepted and ignored: ") && ignored.contains("consumer.override.*"))
        #expect(
            try PropertyListing("consumer.override.fetch.min.bytes").text(width: nil).hasPrefix(
                "consumer.override.fetch.min.bytes\n"
            )
        )
    }

    @Test(
        "finds names by a part or a pattern of them",
        arguments: [
            ("flush", ["flush.size.bytes", "flush.interval.ms"]),
            ("FLUSH.*", ["flush.size.bytes", "flush.interval.ms"]),
            ("topics*", ["topics", "topics.regex"]), ("*.path", ["tempdir.path"]),
            ("proxy.*t", ["proxy.host", "proxy.port"]),
        ]
    )
    func patterns(pattern: String, names: [String]) throws {
        let text = try PropertyListing(pattern).text(width: nil)
        for name in names { #expect(text.contains("  \(name) "), "\(text)") }
        #expect(text.split(separator: "\n").count { $0.hasPrefix("  ") } <= names.count + 3)
    }

    @Test("names what is near when there is no such property")
    func near() {
        let error = #expect(throws: PropertyListing.NotFound.self) { try PropertyListing("flush.size.byte5") }
        #expect(
            error?.message.hasPrefix("no property is called flush.size.byte5; did you mean flush.size.bytes") == true
        )
        let nothing = #expect(throws: PropertyListing.NotFound.self) { try PropertyListing("zzzzzzzzzzzz") }
        #expect(nothing?.message == "no property is called zzzzzzzzzzzz")
    }

    @Test("is the same for machines, secrets marked")
    func json() throws {
        let all = try #require(try JSONValue(parsing: PropertyListing(nil).json).arrayValue)
        #expect(all.count == PropertyTable.all.count)
        let size = try #require(all.first { $0["name"]?.stringValue == "flush.size.bytes" })
        #expect(size["default"]?.stringValue == "1048576" && size["minimum"]?.intValue == 100)
        #expect(size["unit"]?.stringValue == "bytes" && size["status"]?.stringValue == "supported")
        #expect(all.first { $0["name"]?.stringValue == "aad.auth.appkey" }?["secret"]?.boolValue == true)
    }
}
