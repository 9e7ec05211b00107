import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

@Suite("Connectors that a seed makes up")
struct MigrationRoundTripTests {
    private static let seeds = 1...90

    private static func inputs(_ connector: RandomConnector) -> [MigrationInput] {
        var inputs = [MigrationInput(name: "connector.json", text: json(connector.config).text)]
        if !connector.worker.isEmpty {
            inputs.append(MigrationInput(name: "worker.json", text: json(connector.worker).text))
        }
        return inputs
    }

    /// What the connector's own consumer and producer settings would lead to; no other value of a connector does.
    private static let unheeded = [
        "consumer.override.group.id": "stray", "consumer.override.session.timeout.ms": "31000",
        "producer.override.linger.ms": "9",
    ]

    private static func json(_ texts: [String: String]) -> JSONValue {
        .object(JSONObject(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    @Test("become sinks that the operator takes; every property is in them or told of, and no credential is seen")
    func roundTrip() throws {
        var reproduced = 0
        for seed in Self.seeds {
            let connector = RandomConnector(seed: UInt64(seed))
            let migration = try Migration(Self.inputs(connector))
            MigrationOracle.expectInOrder(migration)
            let oracle = try MigrationOracle(migration, of: connector.config, worker: connector.worker)
            for (properties, isOfWorker) in [(connector.config, false), (connector.worker, true)] {
                for (name, value) in properties {
                    let isAccounted = oracle.accounts(for: name, value, isOfWorker: isOfWorker)
                    #expect(isAccounted, "seed \(seed): \(name)=\(value)\n\(migration.text)\n\(migration.notes)")
                }
            }
            for (name, value) in Self.unheeded {
                let isHeeded = oracle.rendered[name] == value
                #expect(!isHeeded, "seed \(seed): Connect does not heed \(name)")
            }
            if let group = oracle.rendered["consumer.override.group.id"] {
                let given =
                    connector.config["consumer.override.group.id"] ?? "connect-\(connector.config["name"] ?? "")"
                #expect(group == given, "seed \(seed)")
            }
            let seen = migration.text + migration.notes.map(\.description).joined(separator: "\n")
            let isSafe = !seen.contains("s3cr3t")
            #expect(isSafe, "seed \(seed) gives a credential away")
            reproduced += oracle.rendered.count
        }
        // That everything is only told of would satisfy the rule above.
        #expect(reproduced > Self.seeds.count * 18)
    }

    @Test("become the same sinks from every form that Connect has for them")
    func forms() throws {
        for seed in 1...12 {
            let connector = RandomConnector(seed: UInt64(seed))
            var config = connector.config
            let name = config.removeValue(forKey: "name") ?? ""
            let rest = Self.json(config)
            let expected = try Migration([MigrationInput(name: "a", text: Self.json(connector.config).text)]).sinks
            let properties = connector.config.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))\n" }.joined()
            let forms: [JSONValue] = [
                ["name": .string(name), "config": rest],
                ["name": .string(name), "config": rest, "tasks": [], "type": "sink"],
                .object([name: ["info": ["name": .string(name), "config": rest], "status": [:]]]),
                [["name": .string(name), "config": rest]],
            ]
            for text in forms.map(\.text) + forms.map(\.yaml) + [properties] {
                #expect(
                    try Migration([MigrationInput(name: "a", text: text)]).sinks == expected,
                    "seed \(seed)\n\(text)"
                )
            }
            let resource: JSONValue = [
                "apiVersion": "kafka.strimzi.io/v1", "kind": "KafkaConnector", "metadata": ["name": .string(name)],
                "spec": ["class": config["connector.class"].map { .string($0) } ?? .null, "config": rest],
            ]
            #expect(try Migration([MigrationInput(name: "a", text: resource.yaml)]).sinks == expected, "seed \(seed)")
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ").replacing("=", with: "\\=").replacing(
            ":",
            with: "\\:"
        )
    }

    @Test("Garbage is refused or read, and neither traps nor hangs")
    func garbage() throws {
        var bits: UInt64 = 42
        func next() -> Int {
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(bits >> 33)
        }
        let pieces = [
            "${", "}", ":", "'", "\"", "{", "[", "]", "\\", "\n", ";", "=", "\0", "é", ",", "*", "- ", "&a ", "*a", "(",
            "|",
        ]
        let samples = try MigrationGoldenTests.cases().map { try MigrationGoldenTests.inputs(of: $0) }
        var made = 0
        for _ in 0..<250 {
            var inputs = samples[next() % samples.count]
            let victim = next() % inputs.count
            var text = Array(inputs[victim].text.unicodeScalars)
            for _ in 0...(next() % 8) {
                let place = next() % max(1, text.count)
                switch next() % 4 {
                case 0: text.insert(contentsOf: pieces[next() % pieces.count].unicodeScalars, at: place)
                case 1: text.removeSubrange(place..<min(text.count, place + next() % 40))
                case 2:
                    text.insert(contentsOf: text[place..<min(text.count, place + next() % 60)], at: next() % text.count)
                default: if !text.isEmpty { text[place] = UnicodeScalar(UInt8(next() % 128)) }
                }
                if text.isEmpty { text = Array("x".unicodeScalars) }
            }
            inputs[victim] = MigrationInput(
                name: inputs[victim].name,
                text: String(String.UnicodeScalarView(text))
            )
            guard let migration = try? Migration(inputs) else { continue }
            made += 1
            #expect(throws: Never.self) { try JSONValue.yamlDocuments(in: migration.text) }
            #expect(migration.notes.allSatisfy { !$0.description.contains("\n") })
        }
        #expect(made > 40)
    }
}
