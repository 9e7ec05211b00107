import Kafka
import Logging
import Metrics
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

/// A mock cluster with two dead-letter topics, and queues that write there.
final class DeadLetterFixture: Sendable {
    let cluster: KafkaMockCluster
    let queues: DeadLetterQueues
    let producers: DeadLetterProducers
    let stop = StopSignal()
    let registry = MetricsRegistry()
    let log = MemoryLogSink()
    let table: TableMetrics

    /// - Parameter changes: Properties, those of the queues' producers among them.
    init(_ changes: [String: String] = [:]) throws {
        cluster = try KafkaMockCluster()
        for topic in ["dead", "misc"] { try cluster.createTopic(topic, partitions: 1) }
        let settings = try Self.settings(servers: cluster.bootstrapServers, changes)
        let logger = Logger(label: "test", sink: log)
        producers = try DeadLetterProducers(settings.errors, logger: logger)
        table = TableMetrics(registry: registry, connector: "s", database: "D", table: "T")
        queues = DeadLetterQueues(producers, connector: "s", registry: registry, stop: stop, logger: logger)
    }

    deinit { producers.close() }

    /// Settings with both queues at one cluster.
    static func settings(servers: String, _ changes: [String: String] = [:]) throws -> SinkSettings {
        let base = [
            "errors.deadletterqueue.topic.name": "dead", "errors.deadletterqueue.bootstrap.servers": servers,
            "errors.deadletterqueue.context.headers.enable": "true", "misc.deadletterqueue.topic.name": "misc",
            "misc.deadletterqueue.bootstrap.servers": servers,
        ]
        return try StartupSamples.settings(base.merging(changes) { $1 })
    }

    var errors: DeadLetterQueue {
        get throws { try #require(queues.errors) }
    }

    /// Whether a line of the metrics says so.
    func counts(_ line: String) -> Bool {
        registry.render().split(separator: "\n").contains { $0 == line }
    }

    /// What a topic of the cluster holds, all of it.
    func records(of topic: String, _ count: Int64) throws -> [KafkaRecord] {
        let reader = OffsetRangeReader(
            configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers]),
            logger: StartupSamples.logger
        )
        let partition = TopicPartition(topic: topic, partition: 0)
        var reading = try reader.open(partition, 0..<count, timeout: .seconds(60))
        var records: [KafkaRecord] = []
        while let chunk = try reading.next() {
            for index in 0..<chunk.count {
                let letter = DeadLetter(copying: chunk, at: index, from: partition)
                records.append(
                    KafkaRecord(
                        topic: topic,
                        key: letter.key,
                        value: letter.value,
                        headers: letter.headers,
                        timestamp: letter.timestamp
                    )
                )
            }
        }
        return records
    }

    /// Waits for what other threads do.
    static func wait(_ what: Comment, until isDone: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try !isDone() {
            try #require(ContinuousClock.now < deadline, what)
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// Counts calls from any thread.
final class CallCount: Sendable {
    private let calls = Atomic(0)

    func call() { calls.wrappingAdd(1, ordering: .sequentiallyConsistent) }

    var count: Int { calls.load(ordering: .sequentiallyConsistent) }
}
