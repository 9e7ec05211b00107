import JSON
import Kubernetes
import Testing

@testable import Operator

/// Which of the worker's properties and of the connector's Connect goes by, and so does the sink.
@Suite("The layers of a connector's configuration")
struct MigrationLayersTests {
    private static let worker = [
        "bootstrap.servers": "worker:9092", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "true", "consumer.session.timeout.ms": "20000",
    ]

    private static func migrate(
        _ changes: [String: String?],
        worker: [String: String] = worker
    ) throws -> (migration: Migration, spec: SinkSpec) {
        let none: [String: String?] = ["consumer.override.bootstrap.servers": nil, "value.converter": nil]
        let migration = try MigrationTests.migrate(none.merging(changes) { $1 }, worker: worker)
        return (migration, try KustoSink(decoding: try #require(migration.sinks.first)).spec.get())
    }

    private static func told(_ migration: Migration, _ kind: MigrationNote.Kind) -> [String] {
        migration.notes.filter { $0.kind == kind && $0.subject == "orders" }.flatMap(\.properties).sorted()
    }

    /// The warnings about where brokers are and how to speak to them.
    private static func warned(_ migration: Migration) -> [String] {
        told(migration, .warning).filter { $0.hasSuffix("bootstrap.servers") || $0.hasSuffix("security.protocol") }
    }

    @Test("The connector's own consumer.* and producer.* do nothing, and do not hide the worker's")
    func bareClients() throws {
        let (migration, spec) = try Self.migrate([
            "consumer.group.id": "wrong", "consumer.auto.offset.reset": "latest",
            "consumer.session.timeout.ms": "30000",
            "producer.bootstrap.servers": "other:9092", "errors.deadletterqueue.topic.name": "dlq",
            "bootstrap.servers": "other:9092", "security.protocol": "SSL",
        ])
        #expect(spec.kafka.groupId == nil)
        #expect(spec.kafka.bootstrapServers == ["worker:9092"])
        #expect(spec.kafka.consumer.autoOffsetReset == nil)
        #expect(spec.kafka.consumer.sessionTimeout == .seconds(20))
        #expect(spec.kafka.security == KafkaSecuritySpec())
        #expect(spec.errors.deadLetterQueue?.bootstrapServers == [])
        let idle = [
            "bootstrap.servers", "consumer.auto.offset.reset", "consumer.group.id", "consumer.session.timeout.ms",
            "producer.bootstrap.servers", "security.protocol",
        ]
        #expect(Self.told(migration, .noEffect) == idle)
    }

    @Test("A file that holds a connector and its brokers is read as one, but for what Connect never heeds")
    func oneFile() throws {
        let (migration, spec) = try Self.migrate(
            [
                "bootstrap.servers": "own:9092", "security.protocol": "SSL", "consumer.group.id": "wrong",
                "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            ],
            worker: [:]
        )
        #expect(spec.kafka.bootstrapServers == ["own:9092"])
        #expect(spec.kafka.security.securityProtocol == "SSL")
        #expect(spec.kafka.groupId == nil)
        #expect(Self.told(migration, .notCarriedOver) == ["consumer.group.id"])
        #expect(Self.warned(migration) == ["bootstrap.servers", "security.protocol"])
        #expect(Self.told(migration, .noEffect) == [])
    }

    @Test("A converter that the worker names has the worker's options, not the connector's")
    func converterOptions() throws {
        let (migration, spec) = try Self.migrate(["value.converter.schemas.enable": "false"])
        #expect(spec.converters.value.schemasEnable == true)
        #expect(Self.told(migration, .noEffect) == ["value.converter.schemas.enable"])
        let (own, ownSpec) = try Self.migrate([
            "value.converter": "org.apache.kafka.connect.json.JsonConverter", "value.converter.schemas.enable": "false",
        ])
        #expect(ownSpec.converters.value.schemasEnable == false)
        #expect(Self.told(own, .noEffect) == [])
        let withoutOptions = Self.worker.filter { $0.key != "value.converter.schemas.enable" }
        let (_, defaults) = try Self.migrate(["value.converter.schemas.enable": "false"], worker: withoutOptions)
        #expect(defaults.converters.value.schemasEnable != false)
    }

    @Test("Dead letters go where Connect's producer writes them, also when records are read elsewhere")
    func queueOfWorker() throws {
        let secured = Self.worker.merging(["security.protocol": "SSL"]) { $1 }
        let changes = [
            "consumer.override.bootstrap.servers": "other:9092", "errors.deadletterqueue.topic.name": "dlq",
            "consumer.override.security.protocol": "PLAINTEXT",
        ]
        let (migration, spec) = try Self.migrate(changes, worker: secured)
        #expect(spec.kafka.bootstrapServers == ["other:9092"])
        #expect(spec.kafka.security.securityProtocol == "PLAINTEXT")
        #expect(spec.errors.deadLetterQueue?.bootstrapServers == ["worker:9092"])
        #expect(spec.errors.deadLetterQueue?.security?.securityProtocol == "SSL")
        #expect(Self.told(migration, .noEffect) == [])
        #expect(Self.warned(migration) == ["bootstrap.servers", "security.protocol"])
        // The same brokers in another order and with a protocol in front are the same.
        let (_, same) = try Self.migrate(
            changes.merging(["consumer.override.bootstrap.servers": "PLAINTEXT://worker:9092"]) { $1 }
        )
        #expect(same.errors.deadLetterQueue?.bootstrapServers == [])
        let (none, _) = try Self.migrate(changes.filter { !$0.key.contains("deadletter") })
        #expect(Self.told(none, .noEffect) == ["bootstrap.servers"])
    }

    @Test("Brokers of a queue that Connect passed over are told to take effect, unless its producer has some")
    func newlyHeeded() throws {
        let queue = [
            "errors.deadletterqueue.topic.name": "dlq", "errors.deadletterqueue.bootstrap.servers": "third:9092",
            "errors.deadletterqueue.security.protocol": "SSL",
        ]
        let (migration, spec) = try Self.migrate(queue)
        #expect(spec.errors.deadLetterQueue?.bootstrapServers == ["third:9092"])
        let names = ["errors.deadletterqueue.bootstrap.servers", "errors.deadletterqueue.security.protocol"]
        #expect(Self.warned(migration) == names)
        #expect(migration.notes.contains { $0.text.contains("worker:9092") })
        let overrides = [
            "producer.override.bootstrap.servers": "fourth:9092", "producer.override.security.protocol": "SSL",
        ]
        let (own, ownSpec) = try Self.migrate(queue.merging(overrides) { $1 })
        #expect(ownSpec.errors.deadLetterQueue?.bootstrapServers == ["fourth:9092"])
        #expect(Self.told(own, .noEffect) == names)
    }

    @Test("It is told when the brokers of a queue are not known")
    func unknownQueue() throws {
        let migration = try MigrationTests.migrate(["errors.deadletterqueue.topic.name": "dlq"])
        let warnings = migration.notes.filter { $0.kind == .warning }.map(\.text)
        #expect(warnings.contains { $0.contains("set spec.errors.deadLetterQueue.bootstrapServers") })
    }
}
