import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

/// What stands in a migrated sink for values that are not known, and that no sink starts with it.
@Suite("Placeholders of migrated sinks")
struct MigrationPlaceholderTests {
    private static func problems(_ yaml: String) throws -> [String] {
        let file = SinkFile(documents: try JSONValue.yamlDocuments(in: yaml))
        return OfflineRendering(file, settings: WorkerSettings(image: "worker")).problems
    }

    @Test(
        "A consumer group that is not known is to be filled in, since a sink keeps the group that it starts with",
        arguments: [
            ["consumer.override.group.id": "${env:GROUP}"], ["name": nil], ["name": ""], ["name": "${env:NAME}"],
            ["consumer.override.group.id": "a\u{7}b"],
        ] as [[String: String?]]
    )
    func group(changes: [String: String?]) throws {
        let migration = try MigrationTests.migrate(changes)
        #expect(migration.sinks.first?.json["spec"]?["kafka"]?["groupId"] == "REPLACE-ME")
        #expect(migration.notes.contains { $0.kind == .fillIn && $0.text.contains("spec.kafka.groupId") })
        let problems = try Self.problems(migration.text).filter { $0.contains(Placeholder.message) }
        #expect(!migration.notes.contains { $0.text.hasPrefix("THIS RELEASE REFUSES spec.kafka.groupId") })
        #expect(problems.contains { $0.contains("spec.kafka.groupId: still holds REPLACE-ME") }, "\(problems)")
    }

    @Test("Each that is left keeps the sink from starting, in the spec and in the Secret of the same file")
    func refused() throws {
        let migration = try MigrationTests.migrate([
            "aad.auth.appkey": "plain", "topics": "orders,unmapped", "kusto.ingestion.url": "not a url",
            "consumer.override.security.protocol": "SSL", "consumer.override.ssl.truststore.location": "/t.p12",
        ])
        let problems = try Self.problems(migration.text).filter { $0.contains(Placeholder.message) }
        for place in [
            "spec.topics[1].database", "spec.topics[1].table", "spec.kusto.ingestionUrl", "key kusto-client-secret",
            "key kafka-trust-store-file",
        ] {
            #expect(problems.contains { $0.contains(place) && $0.contains("REPLACE-ME") }, "\(place)\n\(problems)")
        }
        let count = migration.text.occurrences(of: "REPLACE-ME") + migration.text.occurrences(of: Placeholder.base64)
        // The comment in front names the word once.
        #expect(problems.count == count - 1, "\(problems)\n\(migration.text)")
    }

    @Test("A file whose placeholders are all filled in is in order")
    func filledIn() throws {
        let migration = try MigrationTests.migrate([
            "aad.auth.appkey": "plain", "consumer.override.group.id": "${env:G}",
        ])
        #expect(try !Self.problems(migration.text).isEmpty)
        #expect(try Self.problems(migration.text.replacing("REPLACE-ME", with: "value")) == [])
    }
}

extension String {
    /// How often a text is in this one.
    fileprivate func occurrences(of text: String) -> Int { ranges(of: text).count }
}
