import Foundation
import Kafka
import KafkaBroker
import Metrics
import Synchronization
import Testing

@testable import Sink

@Suite(
    "Records that were dropped while they waited, on a real broker",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME"),
    .timeLimit(.minutes(5))
)
struct WaitingBrokerTests {
    private let broker: KafkaBroker
    private let sink: WaitingPipeline
    private var topic: String { sink.topic }

    init() throws {
        broker = try KafkaBroker.shared()
        sink = WaitingPipeline(
            servers: broker.bootstrapServers,
            topic: "waiting-\(UUID().uuidString.prefix(8).lowercased())"
        )
        sink.schemas.bring(1, "\"string\"")
        try create()
        try produce(0..<1000)
    }

    private func create() throws {
        try KafkaAdmin(
            configuration: KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers]),
            logger: sink.logger
        ).createTopic(topic, partitions: 1)
    }

    /// Writes numbers; the first 50 need no schema that is not there, and the next one is larger than all that may wait.
    private func produce(_ numbers: Range<Int>) throws {
        try sink.produce(
            numbers.map {
                let filling = String(repeating: "x", count: $0 == 50 ? 600_000 : 1000)
                return KafkaRecord(
                    topic: topic,
                    partition: 0,
                    value: LaterSchemas.message($0 < 50 ? 1 : 2, "\($0) \(filling)")
                )
            }
        )
    }

    private func tool(_ name: String, _ arguments: [String]) async throws {
        try await KafkaTool.run(name, ["--bootstrap-server", broker.bootstrapServers] + arguments)
    }

    private func deleteRecords(before offset: Int) async throws {
        let file = FileManager.default.temporaryDirectory.path + "/\(topic).json"
        try #"{"version":1,"partitions":[{"topic":"\#(topic)","partition":0,"offset":\#(offset)}]}"#.write(
            toFile: file,
            atomically: true,
            encoding: .utf8
        )
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await tool("kafka-delete-records.sh", ["--offset-json-file", file])
    }

    private func numbers(_ destination: RecordingDestination) -> [Int] {
        destination.rows.compactMap { Int($0.prefix { $0 != " " }) }
    }

    /// Runs a worker while something happens to the topic, with the schema away.
    private func run(
        _ destination: RecordingDestination,
        _ registry: MetricsRegistry,
        while body: () async throws -> Void,
        until isDone: @escaping @Sendable () -> Bool
    ) async throws {
        let buffers = try sink.budget()
        let isReady = Atomic(false)
        let schemas = sink.schemas
        async let run: Void = sink.run(sink.settings(), destination, buffers, registry) {
            if schemas.waiting == 1, destination.rowCount == 50 { isReady.store(true, ordering: .releasing) }
            return isDone()
        }
        while !isReady.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(buffers.pool.aside <= buffers.waitingLimit)
        try await body()
        schemas.bring(2, "\"string\"")
        try await run
    }

    @Test("are named, counted and passed when retention deletes them meanwhile")
    func retention() async throws {
        let (destination, registry) = (RecordingDestination(), MetricsRegistry())
        try await run(destination, registry) {
            try await deleteRecords(before: 600)
        } until: {
            destination.rowCount >= 450
        }
        #expect(numbers(destination).sorted() == Array(0..<50) + Array(600..<1000))
        #expect(try sink.committed(sink.settings(), partitions: 1) == [1000])
        #expect(registry.render().contains("kusto_sink_records_expired_total{connector=\"s\"} 550\n"))
        #expect(sink.hasReadAgain)
    }

    @Test("keep no record of a topic that is made anew from being read")
    func anew() async throws {
        let (destination, registry) = (RecordingDestination(), MetricsRegistry())
        try await run(destination, registry) {
            try await tool("kafka-topics.sh", ["--delete", "--topic", topic])
            try create()
            try produce(1000..<1030)
        } until: {
            destination.rowCount >= 80
        }
        #expect(Set(numbers(destination)) == Set(0..<50).union(1000..<1030))
        #expect(try sink.committed(sink.settings(), partitions: 1) == [30])
    }
}
