import JSON
import Kubernetes
import SinkConfiguration
import Testing
import YAML

@testable import Operator

@Suite("What is made of a connector")
struct MigrationTests {
    /// A connector that can be carried over whole.
    static let connector = [
        "name": "orders", "connector.class": "KustoSink", "topics": "orders",
        "kusto.ingestion.url": "https://ingest-c.westeurope.kusto.windows.net", "aad.auth.authority": "contoso.example",
        "aad.auth.appid": "app", "aad.auth.appkey": "${secrets:data/adx:key}",
        "kusto.tables.topics.mapping": "[{'topic':'orders','db':'shop','table':'Orders','format':'json'}]",
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        "consumer.override.bootstrap.servers": "broker-1:9092",
    ]

    static func migrate(
        _ changes: [String: String?] = [:],
        worker: [String: String] = [:],
        namespace: String? = "data"
    ) throws -> Migration {
        var config = connector
        for (name, value) in changes { config[name] = value }
        func text(_ texts: [String: String]) -> String {
            JSONValue.object(JSONObject(texts.map { ($0.key, .string($0.value)) })).text
        }
        var inputs = [MigrationInput(name: "connector.json", text: text(config))]
        if !worker.isEmpty { inputs.append(MigrationInput(name: "worker.json", text: text(worker))) }
        return try Migration(inputs, namespace: namespace)
    }

    private static func spec(_ migration: Migration) throws -> SinkSpec {
        try KustoSink(decoding: try #require(migration.sinks.first)).spec.get()
    }

    @Test("says nothing when all of it is carried over, and needs no Secret for what is in one")
    func silent() throws {
        let migration = try Self.migrate()
        #expect(migration.notes == [])
        #expect(!migration.text.contains("kind: Secret"))
        #expect(try Self.spec(migration).kusto.auth.clientSecret == SecretKeyReference(name: "adx", key: "key"))
    }

    @Test("a certificate takes the secret's place")
    func certificate() throws {
        let certificate: [String: String?] = [
            "aad.auth.appkey": nil, "aad.auth.appcert.location": "/etc/connect/client.p12",
            "aad.auth.appcert.password": "${secrets:data/adx:password}",
        ]
        let migration = try Self.migrate(certificate)
        let auth = try Self.spec(migration).kusto.auth
        #expect(auth.clientSecret == nil && auth.clientCertificate != nil)
        #expect(auth.clientCertificatePassword == SecretKeyReference(name: "adx", key: "password"))
        #expect(migration.notes.contains { $0.kind == .fillIn && $0.text.contains("/etc/connect/client.p12") })
        let none = try Self.migrate(["aad.auth.appcert.password": "s3cret"])
        #expect(none.notes.contains { $0.kind == .noEffect && $0.properties == ["aad.auth.appcert.password"] })
        let other = try Self.migrate(certificate.merging(["aad.auth.strategy": "managed_identity"]) { $1 })
        #expect(try Self.spec(other).kusto.auth.clientCertificate == nil)
        let unused = other.notes.filter { $0.kind == .noEffect }.flatMap(\.properties)
        #expect(Set(unused).isSuperset(of: ["aad.auth.appcert.location", "aad.auth.appcert.password"]))
    }

    @Test(
        "goes on in the connector's consumer group, whatever name Kubernetes allows",
        arguments: [
            ("orders", "orders", nil), ("My_Connector", "my-connector", "connect-My_Connector"),
            ("a.b", "a-b", "connect-a.b"), ("UPPER", "upper", "connect-UPPER"), ("_", "sink", "connect-_"),
            ("Bestellungen ü", "bestellungen", "connect-Bestellungen ü"),
            (
                String(repeating: "x", count: 70), String(repeating: "x", count: 63),
                "connect-" + String(repeating: "x", count: 70)
            ),
        ] as [(String, String, String?)]
    )
    func names(connector: String, sink: String, group: String?) throws {
        let migration = try Self.migrate(["name": connector])
        #expect(migration.sinks.map(\.name) == [sink])
        #expect(try Self.spec(migration).kafka.groupId == group)
    }

    @Test("goes on in a group of the user's own")
    func ownGroup() throws {
        let own = try Self.migrate(["consumer.override.group.id": "shop"])
        #expect(try Self.spec(own).kafka.groupId == "shop")
        let same = try Self.migrate(["consumer.override.group.id": "connect-orders"])
        #expect(try Self.spec(same).kafka.groupId == nil)
    }

    @Test("A Secret of another namespace is copied by a person")
    func foreignSecret() throws {
        let migration = try Self.migrate(namespace: "elsewhere")
        let reference = SecretKeyReference(name: "orders-credentials", key: "kusto-client-secret")
        #expect(try Self.spec(migration).kusto.auth.clientSecret == reference)
        let notes = migration.notes.map(\.text).joined()
        #expect(notes.contains("copy it from key key of the Secret adx in the namespace data"))
        let open = try Self.migrate(namespace: nil)
        #expect(try Self.spec(open).kusto.auth.clientSecret == SecretKeyReference(name: "adx", key: "key"))
        #expect(open.notes.map(\.kind) == [.warning])
    }

    @Test("More topics than one sink takes become several sinks, of which only the first takes over the group")
    func manyTopics() throws {
        let topics = (0..<600).map { "topic-\($0)" }
        let entries = topics.map { "{'topic':'\($0)','db':'shop','table':'T','format':'json'}" }
        let migration = try Self.migrate([
            "topics": topics.joined(separator: ","),
            "kusto.tables.topics.mapping": "[\(entries.joined(separator: ","))]",
            "name": "Orders",
        ])
        MigrationOracle.expectInOrder(migration)
        let specs = try migration.sinks.map { try KustoSink(decoding: $0).spec.get() }
        #expect(migration.sinks.map(\.name) == ["orders", "orders-2", "orders-3"])
        #expect(specs.map(\.kafka.groupId) == ["connect-Orders", nil, nil])
        #expect(specs.map(\.isPaused) == [true, true, true])
        #expect(specs.flatMap { $0.topics.map(\.topic) } == topics)
        #expect(migration.notes.contains { $0.text.contains("copy the offsets") })
    }

    @Test("A fallback entry is for the topics of the list alone, and for an expression with what it matches")
    func wildcard() throws {
        let mapping = "[{'topic':'*','db':'shop','table':'Rest'},{'topic':'orders','db':'shop','table':'Orders'}]"
        let list = try Self.migrate(["kusto.tables.topics.mapping": mapping, "topics": "orders,returns"])
        #expect(try Self.spec(list).topics.map { "\($0.topic)>\($0.table)" } == ["orders>Orders", "returns>Rest"])
        let expression = try Self.migrate([
            "kusto.tables.topics.mapping": mapping, "topics": nil, "topics.regex": "(?:orders|shop)\\d+",
        ])
        #expect(try Self.spec(expression).topics.map(\.topic) == ["^(orders|shop)[0-9]+$"])
    }

    @Test("As many entries as a sink takes stand beside an expression that matches their topics", arguments: [60, 255])
    func manyEntriesBesideAnExpression(count: Int) throws {
        let topics = (0..<count).map { "orders-\($0)" }
        let entries =
            topics.map { "{'topic':'\($0)','db':'shop','table':'T'}" } + ["{'topic':'*','db':'shop','table':'R'}"]
        let migration = try Self.migrate([
            "kusto.tables.topics.mapping": "[\(entries.joined(separator: ","))]", "topics": nil,
            "topics.regex": "orders-.*",
        ])
        #expect(migration.notes == [])
        MigrationOracle.expectInOrder(migration)
        let spec = try Self.spec(migration)
        #expect(spec.topics.map(\.topic) == topics + ["^orders-.*$"])
        #expect(SinkProperties(spec, name: "orders", strimzi: nil).values["topics.regex"] == "orders-.*")
    }

    @Test(
        "More entries than stand beside an expression are read by their names, each by one sink",
        arguments: [256, 300]
    )
    func tooManyEntriesBesideAnExpression(count: Int) throws {
        let topics = (0..<count).map { "orders-\($0)" }
        let entries =
            topics.map { "{'topic':'\($0)','db':'shop','table':'T'}" } + ["{'topic':'*','db':'shop','table':'R'}"]
        let migration = try Self.migrate([
            "kusto.tables.topics.mapping": "[\(entries.joined(separator: ","))]", "topics": nil,
            "topics.regex": "orders-.*",
        ])
        let specs = try migration.sinks.map { try KustoSink(decoding: $0).spec.get() }
        #expect(specs.flatMap { $0.topics.map(\.topic) } == topics)
        #expect(specs.count == (count == 256 ? 1 : 2))
        #expect(migration.notes.contains { $0.kind == .notCarriedOver && $0.properties == ["topics.regex"] })
        MigrationOracle.expectInOrder(migration)
    }

    @Test(
        "The worker's security reaches the sink as it reaches consumers, and else only where the brokers are the same"
    )
    func workerSecurity() throws {
        let worker = ["bootstrap.servers": "broker-1:9092", "security.protocol": "SSL"]
        let inherited = try Self.migrate(["consumer.override.bootstrap.servers": nil], worker: worker)
        #expect(try Self.spec(inherited).kafka.security.securityProtocol == "SSL")
        #expect(inherited.notes.contains { $0.kind == .warning && $0.properties == ["security.protocol"] })
        let other = try Self.migrate(["consumer.override.bootstrap.servers": "other:9092"], worker: worker)
        #expect(try Self.spec(other).kafka.security.securityProtocol == nil)
        let consumer = worker.merging(["consumer.security.protocol": "PLAINTEXT"]) { $1 }
        let own = try Self.migrate(["consumer.override.bootstrap.servers": nil], worker: consumer)
        #expect(try Self.spec(own).kafka.security.securityProtocol == "PLAINTEXT")
    }

    @Test("A dead-letter queue signs in as the consumer does, unless it is told not to or is elsewhere")
    func queueSecurity() throws {
        let secured = ["consumer.override.security.protocol": "SSL", "misc.deadletterqueue.topic.name": "failed"]
        func queue(_ changes: [String: String]) throws -> KafkaSecuritySpec? {
            let all = secured.merging(changes) { $1 }
            return try Self.spec(Self.migrate(all.mapValues { $0 })).errors.miscDeadLetterQueue?.security
        }
        let brokers = "misc.deadletterqueue.bootstrap.servers"
        #expect(try queue([brokers: "broker-1:9092"]) == nil)
        #expect(try queue([brokers: "broker-1:9092", "misc.deadletterqueue.security.protocol": "SSL"]) == nil)
        #expect(try queue([brokers: "other:9092"])?.securityProtocol == "PLAINTEXT")
        let plain = try queue([brokers: "other:9092", "misc.deadletterqueue.security.protocol": "PLAINTEXT"])
        #expect(plain?.securityProtocol == "PLAINTEXT")
    }

    @Test("Transformations that Connect applies are told in capitals, and those that it does not apply have no effect")
    func transformations() throws {
        let applied = try Self.migrate(["transforms": "mask", "transforms.mask.type": "MaskField"])
        #expect(applied.notes.map(\.kind) == [.notCarriedOver])
        #expect(applied.notes.first?.text.hasPrefix("RECORDS WOULD CHANGE") == true)
        #expect(applied.notes.first?.properties == ["transforms", "transforms.mask.type"])
        let idle = try Self.migrate(["transforms": "", "transforms.mask.type": "MaskField"])
        #expect(idle.notes.map(\.kind) == [.noEffect])
    }

    @Test("Of more settings than a field takes, as many as it takes stay, and each of the others is told")
    func manyOptions() throws {
        // Those that the worker reads have values of their own.
        let free = ConverterOption.names.map { "value.converter.\($0)" }.filter { PropertyTable[$0] == nil }
        let names = free.sorted().prefix(50)
        let migration = try Self.migrate(Dictionary(uniqueKeysWithValues: names.map { ($0, "x") }))
        let options = try Self.spec(migration).converters.value.options
        let told = migration.notes.filter { $0.kind == .notCarriedOver }.flatMap(\.properties)
        #expect(options.count == 32 && told.count == 18)
        #expect(Set(options.keys.map { "value.converter.\($0)" } + told) == Set(names))
        MigrationOracle.expectInOrder(migration)
    }

    @Test("The same connector given twice is one sink, and two of one name are told to share a group")
    func twice() throws {
        let text = JSONValue.object(JSONObject(Self.connector.map { ($0.key, .string($0.value)) })).text
        let same = try Migration([MigrationInput(name: "a", text: text), MigrationInput(name: "b", text: text)])
        #expect(same.sinks.count == 1)
        let changed = text.replacing("'shop'", with: "'other'")
        let two = try Migration([MigrationInput(name: "a", text: text), MigrationInput(name: "b", text: changed)])
        #expect(two.sinks.map(\.name) == ["orders", "orders-2"])
        #expect(two.notes.contains { $0.text.contains("share the consumer group connect-orders") })
    }

    @Test(
        "An input that is no configuration is refused with what to give instead",
        arguments: [
            ("{\"error_code\":404,\"message\":\"no\"}", "an error of Connect's, code 404"),
            ("[\"orders\",\"returns\"]", "/connectors?expand=info"),
            ("{\"orders\":{\"status\":{}}}", "/connectors?expand=info"), ("", "no connector into Azure Data Explorer"),
            ("hello", "is neither a connector's configuration"), ("{", "is not JSON"),
            ("a: b\n", "is neither a connector's configuration"), ("x=\\u12", "line 1"),
            ("apiVersion: v1\nkind: [", "is not YAML"), ("bootstrap.servers=x:1\n", "no connector into"),
            ("connector.class=FileStreamSink\nname=x\n", "no connector into Azure Data Explorer"), ("3", "is neither"),
            ("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\n", "is neither a connector's configuration"),
        ]
    )
    func refused(text: String, expected: String) {
        let error = #expect(throws: MigrationError.self) { try Migration([MigrationInput(name: "in", text: text)]) }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test("A file that cannot be read is named")
    func missingFile() {
        let error = #expect(throws: MigrationError.self) { try MigrationInput(path: "/nowhere/x.properties") }
        #expect(
            error?.message
                == "/nowhere/x.properties cannot be read: there is no such file, nor is there the directory /nowhere; mount it, or correct the path"
        )
    }

    @Test("A note is one line, also when a name of the input is not")
    func noteLines() throws {
        let migration = try Self.migrate(["some\nname": "x", "name": "a\u{7}b"])
        #expect(!migration.notes.isEmpty && migration.notes.allSatisfy { !"\($0)".contains { $0.isNewline } })
        #expect(throws: Never.self) { try JSONValue.yamlDocuments(in: migration.text) }
    }
}
