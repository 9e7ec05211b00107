import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

@Suite("What has to be filled in")
struct MigrationFillInTests {
    /// The paths of all placeholders in a value.
    private static func placeholders(in value: JSONValue, _ path: String) -> [String] {
        switch value {
        case .string(let text): text.contains(SecretDraft.placeholder) ? [path] : []
        case .array(let elements):
            elements.enumerated().flatMap { placeholders(in: $0.element, "\(path)[\($0.offset)]") }
        case .object(let members): members.flatMap { placeholders(in: $0.value, "\(path).\($0.key)") }
        default: []
        }
    }

    /// Expects for each placeholder a line that asks for it: by its key, its topic or its path.
    private static func expectAllTold(_ migration: Migration, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        let told = migration.notes.filter { $0.kind == .fillIn }.map(\.text)
        for document in try JSONValue.yamlDocuments(in: migration.text) {
            let name = document["metadata"]?["name"]?.stringValue ?? ""
            let isSecret = document["kind"] == "Secret"
            for path in placeholders(in: document[isSecret ? "stringData" : "spec"] ?? [:], "spec") {
                let key = path.dropFirst("spec.".count)
                let parents = sequence(first: FieldPath(path)) { $0.parts.count > 1 ? $0.parent : nil }
                let isTold = told.contains { text in
                    guard !isSecret else { return text.contains("the key \(key) of the Secret \(name)") }
                    return parents.contains { text.contains("\($0)") }
                }
                #expect(isTold, "\(name): \(path)\n\(told.joined(separator: "\n"))", sourceLocation: sourceLocation)
            }
            if isSecret {
                for key in document["data"]?.objectValue?.keys ?? [] {
                    let isTold = told.contains { $0.contains("the key \(key) of the Secret \(name)") }
                    #expect(isTold, "\(key)", sourceLocation: sourceLocation)
                }
            }
        }
    }

    @Test("is told for each placeholder of the examples", arguments: try MigrationGoldenTests.cases())
    func examples(name: String) throws {
        try Self.expectAllTold(Migration(MigrationGoldenTests.inputs(of: name)))
    }

    @Test("is told for each placeholder of connectors that a seed makes up")
    func seeds() throws {
        var count = 0
        for seed in 1...40 {
            let connector = RandomConnector(seed: UInt64(seed))
            let inputs = [connector.config, connector.worker].filter { !$0.isEmpty }.map { texts in
                MigrationInput(name: "a", text: JSONValue.object(JSONObject(texts.map { ($0, .string($1)) })).text)
            }
            let migration = try Migration(inputs)
            try Self.expectAllTold(migration)
            count += migration.text.split(separator: SecretDraft.placeholder).count - 2
        }
        #expect(count > 40)
    }

    @Test(
        "is told for each placeholder of a connector that says little",
        arguments: [
            ["kusto.tables.topics.mapping": "[{'topic':'orders','db':'d'}]"], ["kusto.tables.topics.mapping": nil],
            ["kusto.tables.topics.mapping": "[{'topic':'*'}]", "topics": "orders,returns"], ["topics": nil],
            ["topics": nil, "topics.regex": "(?i)a", "kusto.tables.topics.mapping": "[{'topic':'*'}]"],
            ["aad.auth.appid": nil], ["aad.auth.authority": nil], ["consumer.override.bootstrap.servers": "${env:B}"],
            ["consumer.override.bootstrap.servers": nil], ["kusto.ingestion.url": nil],
            ["value.converter": "io.confluent.connect.avro.AvroConverter"],
            [
                "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "OAUTHBEARER",
                "consumer.override.sasl.jaas.config": "a.OAuthBearerLoginModule required;",
            ],
            ["errors.deadletterqueue.topic.name": "q", "errors.deadletterqueue.bootstrap.servers": "${env:B}"],
        ] as [[String: String?]]
    )
    func sparse(changes: [String: String?]) throws {
        try Self.expectAllTold(MigrationTests.migrate(changes))
    }
}
