import Kafka
import Metrics
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

@Suite("Many partitions that wait for a schema", .serialized, .timeLimit(.minutes(5)))
struct WaitingPipelineTests {
    private static let partitions = 80
    /// The first two of each partition need no schema that is not there.
    private static let records = 30
    private static let filling = String(repeating: "x", count: 1000)

    private let cluster: KafkaMockCluster
    private let sink: WaitingPipeline

    init() throws {
        cluster = try KafkaMockCluster()
        try cluster.createTopic("t", partitions: Self.partitions)
        sink = WaitingPipeline(servers: cluster.bootstrapServers, topic: "t")
        sink.schemas.bring(1, "\"string\"")
        try sink.produce(
            (0..<Self.records).flatMap { number in
                (0..<Int32(Self.partitions)).map { partition in
                    let text = "\(partition) \(number) \(Self.filling)"
                    return KafkaRecord(
                        topic: "t",
                        partition: partition,
                        key: Array("key".utf8),
                        value: LaterSchemas.message(number < 2 ? 1 : 2, text),
                        headers: [KafkaHeader(name: "h", value: [1])]
                    )
                }
            }
        )
    }

    /// Expects each record once, in order within each batch and each partition.
    private func expectAll(_ accepted: [RecordingDestination.Accepted]) {
        var batches: [Int: [[Int]]] = [:]
        for batch in accepted {
            let rows = batch.rows.map { $0.split(separator: " ") }
            guard let partition = rows.first.flatMap({ Int($0[0]) }) else { continue }
            #expect(rows.allSatisfy { $0.count == 3 && Int($0[0]) == partition && $0[2] == Self.filling })
            batches[partition, default: []].append(rows.compactMap { Int($0[1]) })
        }
        for partition in 0..<Self.partitions {
            let numbers = (batches[partition] ?? []).sorted { ($0.first ?? 0) < ($1.first ?? 0) }
            #expect(numbers.flatMap { $0 } == Array(0..<Self.records), "partition \(partition)")
        }
    }

    /// How many partitions have committed this offset, as a member's metrics say.
    private static func committed(_ offset: Int, _ registry: MetricsRegistry) -> Int {
        registry.render().split(separator: "\n")
            .count { $0.hasPrefix("kusto_sink_committed_offset{") && $0.hasSuffix(" \(offset)") }
    }

    /// Expects the group to have committed this offset of each partition.
    private func expectCommitted(_ offset: Int, _ settings: SinkSettings) throws {
        let offsets = try sink.committed(settings, partitions: Self.partitions)
        #expect(offsets == Array(repeating: Int64(offset), count: Self.partitions))
    }

    @Test(
        "hold a bounded part of the memory, and go on in order when it is there",
        arguments: ["cooperative-sticky", "range"]
    )
    func bound(assignor: String) async throws {
        let settings = try sink.settings(assignor)
        let destination = RecordingDestination()
        let buffers = try sink.budget()
        let most = Mutex(0)
        let hasCome = Atomic(false)
        let schemas = sink.schemas
        try await sink.run(settings, destination, buffers) {
            most.withLock { $0 = max($0, buffers.pool.aside) }
            if schemas.waiting == Self.partitions, destination.rowCount == 2 * Self.partitions,
                !hasCome.exchange(true, ordering: .relaxed)
            {
                schemas.bring(2, "\"string\"")
            }
            return destination.rowCount >= Self.partitions * Self.records
        }
        #expect(most.withLock { $0 } > buffers.waitingLimit / 2)
        #expect(most.withLock { $0 } <= buffers.waitingLimit)
        #expect(sink.hasReadAgain)
        expectAll(destination.accepted)
        try expectCommitted(Self.records, settings)
        #expect(buffers.pool.aside == 0)
    }

    @Test("and are shared with a member that joins meanwhile are read once each")
    func rebalance() async throws {
        let settings = try sink.settings()
        let (first, second) = (RecordingDestination(), RecordingDestination())
        let (one, other) = (MetricsRegistry(), MetricsRegistry())
        let hasCome = Atomic(false)
        let hasLeft = Atomic(false)
        let schemas = sink.schemas
        let half = Self.partitions / 2
        async let leader: Void = sink.run(settings, first, sink.budget(), one) {
            let assigned = "kusto_sink_assigned_partitions{connector=\"s\"} \(half)\n"
            if one.render().contains(assigned), other.render().contains(assigned),
                !hasCome.exchange(true, ordering: .relaxed)
            {
                schemas.bring(2, "\"string\"")
            }
            return hasLeft.load(ordering: .acquiring)
        }
        // A commit that a rebalance refuses would be no fault: the next owner would read the first two again.
        while Self.committed(2, one) < Self.partitions || schemas.waiting < Self.partitions {
            try await Task.sleep(for: .milliseconds(10))
        }
        try await sink.run(settings, second, sink.budget(), other) {
            Self.committed(Self.records, one) == half && Self.committed(Self.records, other) == half
        }
        hasLeft.store(true, ordering: .releasing)
        try await leader
        #expect(sink.hasReadAgain && second.rowCount > 0)
        expectAll(first.accepted + second.accepted)
        try expectCommitted(Self.records, settings)
    }

    @Test("and are left waiting by a stop are read by the next start")
    func restart() async throws {
        let settings = try sink.settings()
        let (first, second) = (RecordingDestination(), RecordingDestination())
        let schemas = sink.schemas
        try await sink.run(settings, first, sink.budget()) {
            schemas.waiting >= Self.partitions && first.rowCount == 2 * Self.partitions
        }
        try expectCommitted(2, settings)
        schemas.bring(2, "\"string\"")
        try await sink.run(settings, second, sink.budget()) {
            first.rowCount + second.rowCount >= Self.partitions * Self.records
        }
        expectAll(first.accepted + second.accepted)
        try expectCommitted(Self.records, settings)
    }
}
