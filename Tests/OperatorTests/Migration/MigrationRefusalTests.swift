import JSON
import Kubernetes
import Testing

@testable import Operator

/// What the operator would refuse of a sink, which `migrate` therefore does not leave as it is.
@Suite("What a migrated sink keeps when something of it is refused")
struct MigrationRefusalTests {
    private static let module = "org.apache.kafka.common.security"

    /// Properties of which something is refused, each set for reasons of its own.
    private static let refused: [[String: String?]] = [
        // An expression that is too long for the worker, and one beside more topics than go into one.
        [
            "topics": nil, "topics.regex": (0..<80).map { "orders-\($0)" }.joined(separator: "|"),
            "kusto.tables.topics.mapping": "[{'topic':'*','db':'shop','table':'T'}]",
        ],
        [
            "topics": nil, "topics.regex": "orders-.*",
            "kusto.tables.topics.mapping": "[{'topic':'*','db':'shop','table':'T'},"
                + (0..<60).map { "{'topic':'orders-\($0)','db':'shop','table':'T'}" }.joined(separator: ",") + "]",
        ],
        ["topics": "not a topic"], ["topics": ""], ["topics": nil], ["kusto.tables.topics.mapping": "x"],
        ["kusto.tables.topics.mapping": "[{'topic':'orders','db':'a b','table':'a b','mapping':'a b'}]"],
        ["consumer.override.bootstrap.servers": "not a broker"], ["kusto.ingestion.url": "not a url"],
        ["aad.auth.authority": ""], ["aad.auth.authority": "a b"], ["aad.auth.appid": " "], ["proxy.port": "-1"],
        ["proxy.host": "http://x/y"], ["tasks.max": "100000"], ["flush.interval.ms": "0"],
        ["consumer.override.security.protocol": "SASL_SSL"],
        ["errors.deadletterqueue.topic.name": "not a topic"],
        [
            "consumer.override.security.protocol": "SASL_SSL", "consumer.override.sasl.mechanism": "PLAIN",
            "consumer.override.sasl.jaas.config": "x required username=\"\" password=\"\";",
        ],
        ["value.converter": "io.confluent.connect.avro.AvroConverter", "value.converter.schema.registry.url": "x"],
        ["value.converter.schemas.enable": "x", "misc.deadletterqueue.topic.name": "orders"],
    ]

    @Test("is its group and that it is paused, whatever is refused", arguments: Self.refused)
    func groupAndPause(changes: [String: String?]) throws {
        var config = MigrationTests.connector
        for (name, value) in changes { config[name] = value }
        config["name"] = "My_Conn"
        let connector = JSONValue.object(
            JSONObject(config.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        )
        let document: JSONValue = [
            "My_Conn": [
                "info": ["name": "My_Conn", "config": connector], "status": ["connector": ["state": "STOPPED"]],
            ]
        ]
        let migration = try Migration([MigrationInput(name: "in", text: document.text)])
        let spec = try #require(migration.sinks.first).json["spec"]
        #expect(spec?["kafka"]?["groupId"] == "connect-My_Conn")
        #expect(spec?["paused"] == true)
        #expect(spec?["kusto"]?["auth"]?["clientSecret"] != nil)
        #expect(spec?["topics"]?.arrayValue?.isEmpty == false)
        MigrationOracle.expectInOrder(migration)
    }

    @Test(
        "is how it signs in: what is refused of that is to be filled in",
        arguments: [
            (
                "OAUTHBEARER", "oauthbearer.OAuthBearerLoginModule required clientId=\"a\" clientSecret=\"b\";",
                "login.example/token", "spec.kafka.security.sasl.oauth.tokenEndpointUrl"
            ),
            ("PLAIN", "plain.PlainLoginModule required username=\"\" password=\"b\";", "", "sasl.username"),
            (
                "GSSAPI", "krb5.Krb5LoginModule required principal=\"\u{7}\" keyTab=\"/x\";", "",
                "spec.kafka.security.sasl.kerberos.principal"
            ),
        ]
    )
    func signIn(mechanism: String, entry: String, url: String, field: String) throws {
        let prefix = "consumer.override."
        let migration = try MigrationTests.migrate([
            prefix + "security.protocol": "SASL_SSL", prefix + "sasl.mechanism": mechanism,
            prefix + "sasl.jaas.config": "\(Self.module).\(entry)",
            prefix + "sasl.oauthbearer.token.endpoint.url": url.isEmpty ? nil : url,
            prefix + "ssl.truststore.location": "/etc/trust.jks",
        ])
        let security = migration.sinks.first?.json["spec"]?["kafka"]?["security"]
        #expect(security?["protocol"] == "SASL_SSL")
        #expect(security?["sasl"]?["mechanism"] == .string(mechanism))
        #expect(security?["tls"]?["trustStore"] != nil)
        #expect(migration.notes.contains { $0.kind == .fillIn && $0.text.contains(field) })
    }

    @Test("Of topics whose names Kafka does not allow each is told by its name, and all go in one step")
    func topics() throws {
        let topics = (0..<250).map { "orders \($0)" } + ["orders"]
        let entries = topics.map { "{'topic':'\($0)','db':'shop','table':'T'}" }
        let migration = try MigrationTests.migrate([
            "topics": topics.joined(separator: ","),
            "kusto.tables.topics.mapping": "[\(entries.joined(separator: ","))]",
        ])
        #expect(migration.sinks.first?.json["spec"]?["topics"]?.arrayValue?.map { $0["topic"] } == ["orders"])
        let told = migration.notes.filter { $0.kind == .notCarriedOver }
        #expect(told.count == 1)
        #expect(topics.dropLast().allSatisfy { told.first?.text.contains("'\($0)'") == true })
    }
}
