import Kafka
import Synchronization
import Testing

@Suite("Writing records without waiting", .timeLimit(.minutes(5)))
struct ProducerTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture(partitions: 1) }

    /// The outcomes of deliveries, in the order in which they came.
    private final class Outcomes: Sendable {
        private let all = Mutex<[Result<Void, KafkaError>]>([])

        func add(_ outcome: Result<Void, KafkaError>) { all.withLock { $0.append(outcome) } }

        var failures: [KafkaError] {
            all.withLock { $0.compactMap { if case .failure(let error) = $0 { error } else { nil } } }
        }

        /// Waits until there are `count`.
        func wait(for count: Int) async throws {
            let deadline = ContinuousClock.now + .seconds(120)
            while all.withLock({ $0.count }) < count {
                try #require(ContinuousClock.now < deadline, "only some of \(count) outcomes came")
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(all.withLock { $0.count } == count)
        }
    }

    private func producer(_ more: [String: String] = [:], servers: String? = nil) throws -> KafkaProducer {
        let base = ["bootstrap.servers": servers ?? fixture.cluster.bootstrapServers]
        return try KafkaProducer(
            configuration: KafkaClientConfiguration(base.merging(more) { $1 }),
            logger: Fixture.logger
        )
    }

    @Test("key, value, headers and timestamp arrive byte for byte, nothing and empty kept apart")
    func exact() async throws {
        let every = Array(UInt8.min...UInt8.max)
        let records = [
            KafkaRecord(topic: fixture.topic, key: nil, value: nil, timestamp: 1),
            KafkaRecord(topic: fixture.topic, key: [], value: [], timestamp: 1_700_000_000_000),
            KafkaRecord(
                topic: fixture.topic,
                key: every,
                value: every,
                headers: [
                    KafkaHeader(name: "a", value: nil), KafkaHeader(name: "a", value: []),
                    KafkaHeader(name: "", value: every), KafkaHeader(nameBytes: [0xFF, 0xC3], value: [0]),
                ],
                timestamp: 0
            ),
        ]
        let outcomes = Outcomes()
        let producer = try producer()
        for record in records { try producer.enqueue(record, acknowledged: outcomes.add) }
        try await outcomes.wait(for: 3)
        #expect(outcomes.failures == [])
        let configuration = KafkaClientConfiguration(["bootstrap.servers": fixture.cluster.bootstrapServers])
        let back = try ReadBack.records(configuration, TopicPartition(topic: fixture.topic, partition: 0), 0..<3)
        #expect(back.map(\.key) == records.map(\.key))
        #expect(back.map(\.value) == records.map(\.value))
        #expect(back.map(\.headers) == records.map(\.headers))
        #expect(back.map(\.timestamp) == [1, 1_700_000_000_000, 1])
    }

    @Test("a record that the client may not send is refused at once, with a code of its own")
    func tooLarge() throws {
        let record = KafkaRecord(topic: fixture.topic, value: [UInt8](repeating: 1, count: 3000))
        let error = #expect(throws: KafkaError.self) {
            try producer(["message.max.bytes": "2000"]).enqueue(record) { _ in Issue.record("it was reported too") }
        }
        #expect(error?.code == .messageTooLarge)
    }

    @Test("a full queue is told, and so is a producer that was closed; what was on its way is given up")
    func closing() async throws {
        let outcomes = Outcomes()
        let producer = try producer(["queue.buffering.max.messages": "3"], servers: "127.0.0.1:1")
        let record = KafkaRecord(topic: fixture.topic, value: [1])
        for _ in 0..<3 { try producer.enqueue(record, acknowledged: outcomes.add) }
        let full = #expect(throws: KafkaError.self) { try producer.enqueue(record, acknowledged: outcomes.add) }
        #expect(full?.code == .queueFull)
        producer.close()
        try await outcomes.wait(for: 3)
        #expect(outcomes.failures.count == 3)
        let closed = #expect(throws: KafkaError.self) { try producer.enqueue(record, acknowledged: outcomes.add) }
        #expect(closed?.message.contains("closed") == true)
    }

    @Test("a delivery that takes too long fails, and the client says what the reason was")
    func timeout() async throws {
        let outcomes = Outcomes()
        let producer = try producer(["message.timeout.ms": "500"], servers: "127.0.0.1:1")
        try producer.enqueue(KafkaRecord(topic: fixture.topic, value: [1]), acknowledged: outcomes.add)
        try await outcomes.wait(for: 1)
        #expect(outcomes.failures.map(\.code) == [.timedOut])
        // The thread that gives the record up is not the one that connects.
        let deadline = ContinuousClock.now + .seconds(60)
        while producer.lastFailure == nil, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(producer.lastFailure?.message.contains("127.0.0.1:1") == true)
    }

    @Test("a producer whose last owner is a delivery report ends without waiting for itself")
    func lastOwner() async throws {
        let outcomes = Outcomes()
        var producer: KafkaProducer? = try producer()
        let owner = Mutex<KafkaProducer?>(producer)
        try producer?.enqueue(KafkaRecord(topic: fixture.topic, value: [1])) { outcome in
            owner.withLock { $0 = nil }
            outcomes.add(outcome)
        }
        producer = nil
        try await outcomes.wait(for: 1)
    }
}
