import Daemon
import Foundation
import Kafka
import Logging
import Metrics
import SinkConfiguration

@testable import Sink

private struct NoObserver: PipelineObserver {
    func taskTurned(_ task: Int) {}
    func taskJoined(_ task: Int) {}
    func taskEnded(_ task: Int) {}
}

/// Pipelines of one group that read texts under Avro schemas, which come when a test says so.
struct WaitingPipeline: Sendable {
    let servers: String
    let topic: String
    let schemas = LaterSchemas()
    let log = MemoryLogSink()
    var logger: Logger { Logger(label: "test", level: .debug, sink: log) }

    /// Whether records were dropped and read again.
    var hasReadAgain: Bool { log.entries.contains { $0.message.contains("are fetched again") } }

    func produce(_ records: [KafkaRecord]) throws {
        let producer = try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": servers]),
            logger: logger
        )
        try producer.sendAll(records, timeout: .seconds(60))
    }

    func settings(_ assignor: String = "cooperative-sticky") throws -> SinkSettings {
        try SinkSettings(
            PropertySet([
                "name": "s", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
                "topics": topic, "bootstrap.servers": servers,
                "kusto.ingestion.url": "http://127.0.0.1:1", "kusto.query.url": "http://127.0.0.1:1",
                "aad.auth.strategy": "az_dev_token", "aad.auth.accesstoken": "t",
                "kusto.tables.topics.mapping": "[{'topic':'\(topic)','db':'D','table':'T','format':'txt'}]",
                "key.converter": "StringConverter", "value.converter": "io.confluent.connect.avro.AvroConverter",
                "value.converter.schema.registry.url": "http://127.0.0.1:1",
                "flush.interval.ms": "200", "flush.size.bytes": "8000", "commit.interval.ms": "100",
                "consumer.override.auto.offset.reset": "earliest", "consumer.override.session.timeout.ms": "6000",
                "consumer.override.partition.assignment.strategy": assignor,
                "tempdir.path": FileManager.default.temporaryDirectory.path,
            ])
        )
    }

    func budget() throws -> BufferBudget {
        try BufferBudget(memoryBytes: 8 << 20, diskBytes: 0, directory: "/tmp")
    }

    /// Runs a member's pipeline until `isDone`.
    func run(
        _ settings: SinkSettings,
        _ destination: RecordingDestination,
        _ buffers: BufferBudget,
        _ registry: MetricsRegistry = MetricsRegistry(),
        until isDone: @escaping @Sendable () -> Bool
    ) async throws {
        let properties = settings.consumer.forTask(0)
        let pipeline = try SinkPipeline(
            settings: settings,
            members: [
                KafkaClientConfiguration(
                    properties.revealed(),
                    secretNames: properties.secretNames,
                    optionalNames: properties.optionalNames
                )
            ],
            buffers: buffers,
            destination: destination,
            schemas: SchemaStores(values: schemas),
            registry: registry,
            observer: NoObserver(),
            logger: logger
        )
        let shutdown = GracefulShutdown()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await GracefulShutdown.$current.withValue(shutdown) { try await pipeline.run() } }
            group.addTask {
                while !isDone() { try await Task.sleep(for: .milliseconds(10)) }
                shutdown.trigger()
            }
            for _ in 0..<2 {
                do {
                    try await group.next()
                } catch {
                    group.cancelAll()
                    throw error
                }
            }
        }
    }

    /// The group's offsets of the topic's first partitions.
    func committed(_ settings: SinkSettings, partitions: Int) throws -> [Int64] {
        let reader = try OffsetReader(
            ClusterConnection(
                configuration: KafkaClientConfiguration(settings.consumer.forTask(0).revealed()),
                logger: logger
            ),
            group: settings.consumer["group.id"] ?? ""
        )
        let all = (0..<Int32(partitions)).map { TopicPartition(topic: topic, partition: $0) }
        return try reader.committed(all, timeout: .seconds(30)).values.map(\.offset)
    }
}
