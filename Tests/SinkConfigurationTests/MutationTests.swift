import Identity
import JSON
import Secrets
import Testing
import YAML

@testable import SinkConfiguration

@Suite("Readers of text that people write")
struct MutationTests {
    private static let seeds = [
        "a\\u00e9 = b\\\n  c:d\n# x\nk\\=1:v\\\\\r\nz", "[{'topic':'a','db':\"d\",'table':'t\\'','streaming':true}]",
        "https://ingest-c.r.kusto.windows.net:443/x", "^(or[a-z]{1,3}|x\\.y+)?",
        "name: n\nconfig:\n  a: [1, 'x']\n  b: |\n    t\n",
        #"{"name":"n","config":{"a":1,"b":[true],"c":"d"}}"#,
        "${file:/nowhere/x.properties:key}${env:NAME}$${directory:/nowhere:f} ${a b}",
        "a: &x [-0x10, 1e400, .inf, 0o17, +5, 9223372036854775807, *y]\nb: !!float 12\nc: *x\n",
        "Client { a.B required x=\"y\"; };\nKafkaClient {\n  c.D optional // z\n u='v\\101' /* w */ k=\"/p\";\n};\n",
        "-----BEGIN A-----\nAAAA BBBB\n-----END A----- x -----BEGIN B-----CC-----END B-----",
    ]
    private static let alphabet: [Character] =
        Array(#"\u0a=: #!'"[]{}(),.|*+?^$-/@&%~"#) + ["\n", "\r", "\t", "\u{C}", "é", "😀", "e\u{301}", "\u{0}"]

    @Test(
        "None of them traps on 20,000 mutated texts, and what they accept holds their promises",
        arguments: [7 as UInt64, 8]
    )
    func mutated(seed: UInt64) {
        var generator = SplitMix64(state: seed)
        for round in 0..<10_000 {
            var text = Array(Self.seeds[round % Self.seeds.count])
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                let position = Int.random(in: 0...text.count, using: &generator)
                let character = Self.alphabet.randomElement(using: &generator) ?? "x"
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text.insert(character, at: position)
                case 1 where position < text.count: text.remove(at: position)
                default: if position < text.count { text[position] = character }
                }
            }
            check(String(text), round % Self.seeds.count)
        }
    }

    private func check(_ text: String, _ kind: Int) {
        switch kind {
        case 0: _ = try? JavaProperties.parse(text)
        case 1:
            for mapping in TopicMappingParser(text).mappings {
                #expect(KafkaName.isTopic(mapping.topic) || mapping.isWildcard)
                #expect((mapping.database + mapping.table).unicodeScalars.allSatisfy { KafkaName.isNameCharacter($0) })
            }
        case 2:
            guard let url = try? EndpointURL(text) else { return }
            // What was read is what a second reader, of the normal form, reads too.
            #expect((try? EndpointURL(url.text)) == url)
            #expect(!url.host.contains("@") && !url.host.contains("/"))
        case 3:
            guard let pattern = try? TopicPattern(text) else { return }
            _ = pattern.matches("orders")
        case 4: _ = try? ConfigurationFile.properties(in: text, path: "x.yaml")
        case 5: _ = try? ConfigurationFile.properties(in: text, path: "x.json")
        case 6:
            let resolved = try? SecretReference.resolve(text, environment: ["NAME": "value"])
            if !SecretReference.isPresent(in: text) { #expect(resolved == SecretReference.unescaped(text)) }
            _ = SecretReference.remainder(of: text)
        case 7: _ = try? JSONValue(parsingYAML: text)
        case 8: _ = try? JAASFile(parsing: text).client()
        default:
            let unfolded = FoldedPEM.unfolded(text)
            #expect(FoldedPEM.unfolded(unfolded) == unfolded)
        }
    }

    @Test("No value of any property traps, and each number that is taken is one", arguments: [9 as UInt64])
    func values(seed: UInt64) {
        var generator = SplitMix64(state: seed)
        let texts = [
            "-9223372036854775808", "9223372036854775807", "9223372036854775808", "-1", "0", "1e9", "+5", "٣", "0x10",
            "",
            "2147483648", "99999999999999999999999999", "1.5", "[::1]:65536", "host:", ":1", "a,,b", "true",
            "\u{FEFF}1",
        ]
        let names =
            PropertyTable.all.filter { !$0.name.hasSuffix("*") }.map(\.name)
            + ["fetch.max.bytes", "queued.max.messages.kbytes", "metadata.max.age.ms", "session.timeout.ms"]
            .map { "consumer.override.\($0)" }
        for _ in 0..<400 {
            let name = names.randomElement(using: &generator) ?? ""
            var text = texts.randomElement(using: &generator) ?? ""
            if Bool.random(using: &generator) { text += texts.randomElement(using: &generator) ?? "" }
            guard let settings = try? settings([name: text]) else { continue }
            #expect(settings.flush.sizeBytes >= 100 && settings.flush.interval > .zero)
            #expect(Int(settings.consumer["fetch.max.bytes"] ?? "") ?? 0 > 0, "\(name)=\(text)")
            #expect(settings.process.shutdownDrain >= .zero && settings.process.shutdownDrain <= .seconds(3600))
        }
    }
}

/// A small generator of repeatable random numbers (Steele, Lea and Flood, 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
