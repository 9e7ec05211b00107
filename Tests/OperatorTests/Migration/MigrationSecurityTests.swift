import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("How a connector signs in at Kafka")
struct MigrationSecurityTests {
    private static let prefix = "consumer.override."

    private static func migrate(_ settings: [String: String]) throws -> Migration {
        let named = settings.map { (prefix + $0.key, Optional($0.value)) }
        let migration = try MigrationTests.migrate(Dictionary(uniqueKeysWithValues: named))
        MigrationOracle.expectInOrder(migration)
        return migration
    }

    private static func security(_ migration: Migration) throws -> KafkaSecuritySpec {
        try KustoSink(decoding: try #require(migration.sinks.first)).spec.get().kafka.security
    }

    @Test(
        "A protocol that is not known keeps the credentials, and is to be filled in",
        arguments: ["${env:PROTO}", "X"]
    )
    func unknownProtocol(name: String) throws {
        let migration = try Self.migrate([
            "security.protocol": name, "sasl.mechanism": "PLAIN", "sasl.jaas.config": "${secrets:data/user:jaas}",
            "ssl.truststore.location": "/ca.pem",
        ])
        let security = try Self.security(migration)
        #expect(security.securityProtocol == "SASL_SSL")
        #expect(security.sasl?.jaasConfig == SecretKeyReference(name: "user", key: "jaas"))
        #expect(security.tls?.ca != nil)
        #expect(migration.notes.contains { $0.kind == .fillIn && $0.text.contains("protocol is SASL_SSL") })
        #expect(!migration.notes.contains { $0.kind == .noEffect })
        let encrypted = try Self.migrate(["security.protocol": name, "ssl.truststore.location": "/ca.pem"])
        #expect(try Self.security(encrypted).securityProtocol == "SSL")
        #expect(try Self.security(encrypted).tls?.ca != nil)
    }
}
