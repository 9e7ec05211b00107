import Foundation
import JSON
import Secrets
import Testing
import YAML

@testable import SinkConfiguration

/// Code whose time grows with the square of the input would not end within the limit.
@Suite("Configurations of any size", .timeLimit(.minutes(3)))
struct BoundsTests {
    @Test("Unknown keys are read, however many, and a person is told of a few of them")
    func unknownKeys() throws {
        let text = (0..<30_000).map { "kusto.tables.unknown.\($0): x\n" }.joined()
        let entries = try ConfigurationFile.properties(in: text, path: "x.yaml")
        #expect(entries.count == 30_000)
        var values = minimal
        for entry in entries { values[entry.name] = entry.value }
        let warnings = try SinkSettings(PropertySet(values)).warnings
        #expect(warnings.count == 21)
        #expect(warnings.first?.contains("kusto.tables.unknown.0 is not a property of this sink") == true)
        #expect(warnings.last == "29980 more names are not properties of this sink and are ignored")
    }

    @Test("Many properties of a client are read, and a person is told of a few that are unknown there")
    func clientProperties() throws {
        var values = minimal
        for number in 0..<5000 { values["consumer.override.unknown.\(number)"] = "x" }
        let warnings = try SinkSettings(PropertySet(values)).warnings
        #expect(warnings.count == 21)
        #expect(warnings.last?.hasPrefix("4980 more properties") == true)
    }

    @Test("A line that goes on for half a million lines is one")
    func continuedLine() throws {
        let text = "a=" + String(repeating: "x\\\n", count: 500_000)
        let entries = try JavaProperties.parse(text)
        #expect(entries.count == 1)
        #expect(entries.first?.value.utf8.count == 500_000)
    }

    @Test("What only begins like a reference is passed over, however often", arguments: ["${a ", "${", "$", "${a:"])
    func references(piece: String) throws {
        let text = String(repeating: piece, count: 100_000)
        #expect(!SecretReference.isPresent(in: text))
        #expect(try SecretReference.resolve(text, environment: [:]) == text)
        #expect(!SecretReference.isPresent(in: String(repeating: "${a ", count: 100_000) + "}"))
    }

    @Test("Thirty thousand topics are read, each once")
    func topics() throws {
        let names = (0..<30_000).map { "topic-\($0)" }
        let settings = try settings([
            "topics": (names + names).joined(separator: ","),
            "kusto.tables.topics.mapping": "[{'topic':'*','db':'d','table':'t'}]",
        ])
        #expect(settings.topics == .list(names))
    }

    @Test("Ten thousand mappings are read, and compared with the topics")
    func mappings() throws {
        let entries = (0..<10_000).map { "{'topic':'t\($0)','db':'d','table':'t'}" }.joined(separator: ",")
        let settings = try settings([
            "topics": nil, "topics.regex": "t[0-9]+", "kusto.tables.topics.mapping": "[\(entries)]",
        ])
        #expect(settings.mappings.count == 10_000)
        #expect(settings.warnings.isEmpty)
    }

    @Test("Brackets without end are an error", arguments: ["[", "{'a':", "[{'topic':"])
    func nesting(piece: String) {
        let text = String(repeating: piece, count: 100_000)
        #expect(problems(["kusto.tables.topics.mapping": text]).count == 1)
        #expect(throws: ConfigurationError.self) { try ConfigurationFile.properties(in: text, path: "x.json") }
        #expect(throws: ConfigurationError.self) { try ConfigurationFile.properties(in: text, path: "x.yaml") }
    }

    @Test("Aliases cannot make much text out of little")
    func aliases() {
        let text = "a: &a \(String(repeating: "x", count: 1 << 20))\nb: [\(String(repeating: "*a,", count: 5000))]\n"
        let error = #expect(throws: YAMLError.self) { try JSONValue(parsingYAML: text) }
        #expect(error?.code == .tooLarge)
    }

    @Test("A device, which may have no end, is refused")
    func endless() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/zero.yaml"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile.read(path) }
        #expect(error?.message == "\(path) is a device; name a regular file")
        let reference = "${file:\(path):key}"
        let secret = #expect(throws: SecretReferenceError.self) {
            try SecretReference.resolve(reference, environment: [:])
        }
        #expect(secret?.message.contains("is a device; name a regular file") == true)
    }

    @Test("A NUL character is refused, since C libraries would end the value there")
    func nul() {
        #expect(
            problems(["aad.auth.appid": "a\0b"]) == [
                "aad.auth.appid holds a NUL character, at which C libraries would cut it off; remove it"
            ]
        )
        #expect(problems(["na\0me": "x"]).first?.hasPrefix("na\\0me holds a NUL character") == true)
    }

    @Test("Tasks divide what is fetched ahead, unless the user says how much", arguments: [1, 2, 8, 1000])
    func prefetch(tasks: Int) throws {
        let shared = try settings(["tasks.max": "\(tasks)"]).consumer
        #expect(Int(shared["queued.max.messages.kbytes"] ?? "") == max(1024, 6144 / tasks))
        #expect(Int(shared["fetch.max.bytes"] ?? "") == max(1_000_000, 4_456_448 / tasks))
        let own = try settings([
            "tasks.max": "\(tasks)", "consumer.override.queued.max.messages.kbytes": "2000",
            "consumer.override.fetch.max.bytes": "3000000",
        ]).consumer
        #expect(own["queued.max.messages.kbytes"] == "2000" && own["fetch.max.bytes"] == "3000000")
    }

    @Test("The format raw is taken, and said to make a blob of each message")
    func raw() throws {
        let mapping = "[{'topic':'orders','db':'d','table':'t','format':'raw'}]"
        let warnings = try settings(["kusto.tables.topics.mapping": mapping]).warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("makes one blob of each message") == true)
        #expect(warnings.first?.contains("'format': 'txt'") == true)
    }

    @Test("With a pattern a topic may be without a mapping, since it may not be there yet")
    func unmappedPattern() throws {
        #expect(try settings(["topics": nil, "topics.regex": "or.*"]).warnings.isEmpty)
    }
}
