import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("How a connector signs in at a schema registry")
struct MigrationRegistryTests {
    private static func migrate(_ options: [String: String]) throws -> Migration {
        var settings: [String: String?] = [
            "value.converter": "io.confluent.connect.avro.AvroConverter",
            "value.converter.schema.registry.url": "https://registry:8081",
        ]
        for (name, value) in options { settings["value.converter.\(name)"] = value }
        let migration = try MigrationTests.migrate(settings)
        MigrationOracle.expectInOrder(migration)
        #expect(!migration.text.contains("hunter2"))
        #expect(!migration.notes.contains { $0.description.contains("hunter2") })
        return migration
    }

    private static func registry(_ options: [String: String]) throws -> SchemaRegistrySpec {
        let migration = try migrate(options)
        let spec = try KustoSink(decoding: try #require(migration.sinks.first)).spec.get()
        return try #require(spec.converters.value.schemaRegistry)
    }

    @Test(
        "is a user and a password wherever they stand",
        arguments: [
            ["basic.auth.credentials.source": "USER_INFO", "basic.auth.user.info": "sink:hunter2"],
            ["basic.auth.credentials.source": "USER_INFO", "schema.registry.basic.auth.user.info": "sink:hunter2"],
            ["schema.registry.basic.auth.credentials.source": "user_info", "basic.auth.user.info": "sink:hunter2"],
            [
                "basic.auth.credentials.source": "SASL_INHERIT",
                "sasl.jaas.config": "a.b.PlainLoginModule required username='sink' password='hunter2';",
            ],
            ["schema.registry.url": "https://sink:hunter2@registry:8081"],
        ]
    )
    func users(options: [String: String]) throws {
        let registry = try Self.registry(options)
        #expect(registry.username == .value("sink"))
        #expect(registry.password != nil && registry.urls == ["https://registry:8081"])
    }

    @Test("is to be filled in where a JAAS entry cannot be read")
    func unreadableEntry() throws {
        let inherit = ["basic.auth.credentials.source": "SASL_INHERIT"]
        for entry in ["hunter2", "a.b.PlainLoginModule required password='hunter2';"] {
            let registry = try Self.registry(inherit.merging(["sasl.jaas.config": entry]) { $1 })
            #expect(registry.username != nil && registry.password != nil)
        }
    }

    @Test("is told in words where a KustoSink has no field for it", arguments: ["UAMI", "CUSTOM"])
    func others(source: String) throws {
        let migration = try Self.migrate(["bearer.auth.credentials.source": source])
        #expect(
            migration.notes.contains {
                $0.kind == .notCarriedOver && $0.properties == ["value.converter.bearer.auth.credentials.source"]
            }
        )
    }

    @Test("A store of Java's stays one, with its passwords in the Secret")
    func stores() throws {
        let prefix = "schema.registry.ssl."
        let stores = [
            "\(prefix)truststore.location": "/trust.jks", "\(prefix)truststore.password": "hunter2",
            "\(prefix)keystore.location": "/client.p12", "\(prefix)keystore.password": "hunter2",
            "\(prefix)key.password": "hunter2", "\(prefix)endpoint.identification.algorithm": "",
        ]
        let tls = try #require(try Self.registry(stores).tls)
        #expect(tls.ca == nil && tls.certificate == nil && tls.key == nil && !tls.verifiesHostname)
        #expect(tls.trustStore?.type == "JKS" && tls.trustStore?.password != nil)
        #expect(tls.keyStore?.type == "PKCS12" && tls.keyStore?.password != nil && tls.keyPassword != nil)
        let migration = try Self.migrate(stores)
        #expect(!migration.notes.contains { $0.kind == .notCarriedOver })
        #expect(!(migration.text + migration.notes.map(\.description).joined()).contains("hunter2"))
    }

    @Test("What is read as it is written, or by nobody, has no effect")
    func idle() throws {
        let migration = try Self.migrate(["use.latest.version": "true", "decimal.format": "NUMERIC"])
        let idle = migration.notes.filter { $0.kind == .noEffect }.flatMap(\.properties)
        #expect(Set(idle) == ["value.converter.use.latest.version", "value.converter.decimal.format"])
    }
}
