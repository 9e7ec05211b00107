import HTTP
import JSON
import Testing

@testable import Kusto

@Suite("What becomes part of Kusto's language")
struct KustoCommandTests {
    private static let hostile = [
        "T'] | project x; .drop table ['U", "T\\'] //", "T\"]", "]", "'", "\\", "\\\\'", "T\n.drop table U", "T\r\n//",
        "T\u{0}",
        "T\u{2028}U", "T\u{85}U", "h@'x'", "```", "T)", "T;", "T | take 1", "𝒯", "Ünïcode", "print", "",
    ]

    /// Reads what stands in single quotes, as the language's own reader does, and what is behind it.
    private func literal(_ text: Substring) throws -> (value: String, rest: Substring) {
        try #require(text.hasPrefix("'"))
        var value = String.UnicodeScalarView()
        var scalars = text.unicodeScalars.dropFirst()
        while let scalar = scalars.popFirst() {
            try #require(scalar.value >= 0x20 && scalar.value != 0x2028 && scalar.value != 0x2029)
            if scalar == "'" { return (String(value), text[scalars.startIndex...]) }
            guard scalar == "\\" else {
                value.append(scalar)
                continue
            }
            guard let escaped = scalars.popFirst() else { break }
            switch escaped {
            case "n": value.append("\n")
            case "r": value.append("\r")
            case "t": value.append("\t")
            case "u":
                let code = try #require(UInt32(String(scalars.prefix(4)), radix: 16).flatMap(Unicode.Scalar.init))
                scalars = scalars.dropFirst(4)
                value.append(code)
            default: value.append(escaped)
            }
        }
        throw CancellationError()
    }

    @Test("Names and texts stay names and texts", arguments: hostile)
    func quotes(text: String) throws {
        let name: KustoCommand = "\(name: text) | count"
        try #require(name.text.hasPrefix("["))
        let (value, rest) = try literal(name.text.dropFirst())
        #expect(Array(value.unicodeScalars) == Array(text.unicodeScalars))
        #expect(rest == "] | count")
        let command: KustoCommand = ".show table T mapping \(text: text)"
        let (again, end) = try literal(command.text.dropFirst(".show table T mapping ".count))
        #expect(Array(again.unicodeScalars) == Array(text.unicodeScalars) && end.isEmpty)
    }

    @Test(
        "Words are letters and digits",
        arguments: [("json", "json"), ("w3clogfile", "w3clogfile"), ("json'; .drop", "jsondrop"), ("ç", ""), ("", "")]
    )
    func words(text: String, word: String) {
        let command: KustoCommand = "a \(word: text) b"
        #expect(command.text == "a \(word) b")
    }

    @Test("Parts are put together as they are")
    func parts() {
        let part: KustoCommand = "table \(name: "T'")"
        let whole: KustoCommand = ".show \(part) policy"
        #expect("\(whole)" == #".show table ['T\''] policy"#)
        #expect(whole == ".show table ['T\\''] policy")
    }

    @Test("Every command that checks a table quotes its names", arguments: hostile.filter { !$0.isEmpty })
    func checks(text: String) async throws {
        let transport = ScriptedTransport { request, _ in
            // A policy, so that the checks go on to the end.
            ScriptedTransport.body(request).contains("policy streamingingestion")
                ? ScriptedTransport.json(ScriptedTransport.table(["Policy"], [[#"{\"IsEnabled\":true}"#]])) : nil
        }
        let target = TableTarget(
            database: text,
            table: text,
            mapping: MappingReference(name: text, kind: "Json'"),
            isStreaming: true
        )
        try await ClientFixture().client(transport).validate(target)
        let name: KustoCommand = "\(name: text)"
        let quoted: KustoCommand = "\(text: text)"
        let commands = try transport.sent(to: "/rest/").compactMap { request in
            let body = ScriptedTransport.body(request)
            return body.isEmpty ? nil : try JSONValue(parsing: body)["csl"]?.stringValue
        }
        #expect(
            commands == [
                "\(name) | count", ".show table \(name) ingestion json mapping \(quoted)",
                ".show table \(name) policy streamingingestion",
                ".show principal access with (principal='aadapp=app;tenant', accesstype='ingest', "
                    + "database=\(quoted), table=\(quoted))",
            ]
        )
    }
}
