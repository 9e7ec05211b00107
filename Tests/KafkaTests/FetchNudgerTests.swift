import Synchronization
import Testing

@testable import Kafka

@Suite("What makes the library fetch at once", .serialized, .timeLimit(.minutes(5)))
struct FetchNudgerTests {
    @Test("rests when the cluster does not say who leads, also where that fails at once")
    func restsAfterFailures() async throws {
        let fixture = try Fixture()
        let member = try fixture.member()
        let searches = Mutex<[ContinuousClock.Instant]>([])
        let nudger = try FetchNudger(
            queue: ConsumerQueue(client: member.client),
            fetchWait: .milliseconds(500)
        ) { _, _ throws(KafkaError) in
            searches.withLock { $0.append(.now) }
            throw KafkaError(.other, "the cluster says nothing")
        }
        nudger.set(partitions: [TopicPartition(topic: fixture.topic, partition: 0)])
        let deadline = ContinuousClock.now + .seconds(60)
        while searches.withLock({ $0.count }) < 4, ContinuousClock.now < deadline {
            nudger.noteResumption()
            try await Task.sleep(for: .milliseconds(10))
        }
        nudger.stop()
        let times = searches.withLock { $0 }
        #expect(times.count >= 4)
        // However slow the machine is, a rest never ends too early.
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(50) }, "\(times)")
        member.close(timeout: .seconds(5))
    }

    /// Polls some times, each for 50 ms where nothing comes.
    private func spend(_ turns: Int, _ member: inout GroupMember) throws {
        var left = turns
        _ = try Fixture.poll(&member) { _ in
            left -= 1
            return left < 0
        }
    }

    @Test("a client is gone soon after its member, also while a leader is silent, and another member goes on meanwhile")
    func endsBesideSilentLeaders() async throws {
        let fixture = try Fixture(partitions: 1, brokers: 2)
        let partition = TopicPartition(topic: fixture.topic, partition: 0)
        try fixture.cluster.setLeader(of: partition, to: 2)
        try fixture.cluster.setCoordinator(of: "g", to: 1)
        let producer = try fixture.producer()
        for number in 0..<2 {
            try await producer.send(KafkaRecord(topic: fixture.topic, value: Array("\(number)".utf8)))
        }
        var first = try fixture.member()
        weak let client = first.client
        try first.subscribe(to: [fixture.topic])
        var count = 0
        #expect(try Fixture.poll(&first, onMessages: { count += $0.count }, until: { count == 2 && $0.mayCommit }))
        try first.commit([partition: CommittedOffset(1)], mode: .sync(deadline: .seconds(60)))

        // Let it find the leader first.
        try spend(20, &first)
        // Longer than the test takes.
        try fixture.cluster.setDelay(.seconds(600), broker: 2)
        try first.pause([partition])
        try first.resume([partition])
        try spend(20, &first)
        first.close(timeout: .seconds(10))
        // Until a request to a silent leader is given up, which librdkafka itself does only after a minute.
        let deadline = ContinuousClock.now + .seconds(40)
        // The other broker takes over.
        try fixture.cluster.setLeader(of: partition, to: 1)
        var second = try fixture.member()
        try second.subscribe(to: [fixture.topic])
        var offsets: [Int64] = []
        #expect(
            try Fixture.poll(
                &second,
                seconds: 60,
                onMessages: { messages in offsets += (0..<messages.count).map { messages.offset(at: $0) } },
                until: { _ in !offsets.isEmpty }
            )
        )
        #expect(offsets == [1])
        second.close(timeout: .seconds(5))
        while client != nil, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(50)) }
        #expect(client == nil)
    }
}
