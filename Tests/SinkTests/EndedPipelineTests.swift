import Daemon
import Foundation
import Kafka
import Kusto
import Logging
import Metrics
import SinkConfiguration
import Testing

@testable import Sink

private struct NoObserver: PipelineObserver {
    func taskTurned(_ task: Int) {}
    func taskJoined(_ task: Int) {}
    func taskEnded(_ task: Int) {}
}

@Suite("What a pipeline that has ended leaves on the metrics page", .serialized, .timeLimit(.minutes(5)))
struct EndedPipelineTests {
    private let cluster: KafkaMockCluster
    private let log = MemoryLogSink()
    private let registry = MetricsRegistry()
    private var logger: Logger { Logger(label: "test", level: .debug, sink: log) }

    init() throws {
        cluster = try KafkaMockCluster()
        for topic in ["a", "b", "c"] { try cluster.createTopic(topic, partitions: 2) }
    }

    private func value(_ name: String) -> Double {
        registry.gauge("kusto_sink_\(name)", help: "", labels: ["connector": "s"]).value
    }

    private func settings(_ mapped: [String]) throws -> SinkSettings {
        let mappings = mapped.map { "{'topic':'\($0)','db':'D','table':'\($0)','format':'csv'}" }
        return try SinkSettings(
            PropertySet([
                "name": "s", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
                "topics.regex": "a|b|c", "bootstrap.servers": cluster.bootstrapServers,
                "kusto.ingestion.url": "http://127.0.0.1:1", "kusto.query.url": "http://127.0.0.1:1",
                "aad.auth.strategy": "az_dev_token", "aad.auth.accesstoken": "t",
                "kusto.tables.topics.mapping": "[\(mappings.joined(separator: ","))]",
                "key.converter": "StringConverter", "value.converter": "StringConverter",
                "flush.interval.ms": "200", "flush.size.bytes": "8000", "errors.retry.backoff.time.ms": "20",
                "errors.retry.max.time.ms": "600000", "commit.interval.ms": "100", "shutdown.drain.ms": "300",
                "consumer.override.auto.offset.reset": "earliest",
                "tempdir.path": FileManager.default.temporaryDirectory.path,
            ])
        )
    }

    /// Produces more than all buffers hold, of text that hardly shrinks.
    private func fill(_ topic: String) throws {
        var generator = SeededGenerator(seed: 1)
        let producer = try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers]),
            logger: logger
        )
        try producer.sendAll(
            (0..<40_000).map { number in
                let text = (0..<16).map { _ in String(generator.next(), radix: 36) }.joined()
                return KafkaRecord(topic: topic, partition: Int32(number % 2), value: Array("\(number) \(text)".utf8))
            },
            timeout: .seconds(120)
        )
    }

    /// Runs a pipeline whose batches of topic `a` never leave, until all of these gauges have been above zero.
    private func run(_ mapped: [String], _ error: KustoError.Code, until gauges: [String]) async throws {
        let settings = try settings(mapped)
        let pipeline = try SinkPipeline(
            settings: settings,
            members: [KafkaClientConfiguration(settings.consumer.forTask(0).revealed())],
            buffers: BufferBudget(memoryBytes: 8 << 20, diskBytes: 0, directory: settings.buffers.temporaryDirectory),
            destination: RecordingDestination { batch, _ in
                batch.route.table == "a" ? KustoError(error, "no", leg: .upload, disposition: .retry) : nil
            },
            registry: registry,
            observer: NoObserver(),
            logger: logger
        )
        let shutdown = GracefulShutdown()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await GracefulShutdown.$current.withValue(shutdown) { try await pipeline.run() } }
            group.addTask {
                while !gauges.allSatisfy({ value($0) > 0 }) { try await Task.sleep(for: .milliseconds(10)) }
                shutdown.trigger()
            }
            try await group.waitForAll()
        }
    }

    private static let gauges = [
        "lag_records", "unread_records", "unmapped_partitions", "paused_tasks", "paused_tables", "adx_throttled",
        "adx_throttled_since_timestamp_seconds", "assigned_partitions", "resting_partitions", "stalled_partitions",
    ]

    @Test("full buffers, lag, topics without a table and an ADX that asks for less are gone with it")
    func fullBuffers() async throws {
        try fill("a")
        let shown = ["lag_records", "unread_records", "unmapped_partitions", "paused_tasks", "adx_throttled"]
        try await run(["a"], .throttled, until: shown)
        for name in Self.gauges { #expect(value(name) == 0, "\(name)") }
    }

    @Test("tables that pause are gone with it")
    func pausedTables() async throws {
        try fill("a")
        try await run(["a", "b"], .serviceFailure, until: ["lag_records", "paused_tables"])
        for name in Self.gauges { #expect(value(name) == 0, "\(name)") }
    }
}
