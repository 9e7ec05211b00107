import Kafka
import Testing

@Suite("A partition that stands still", .serialized, .timeLimit(.minutes(5)))
struct StallTests {
    @Test("is noticed also where it was read to its end before a record came that is too large, and its end is known")
    func standsStillAfterItsEnd() async throws {
        let fixture = try Fixture(partitions: 1)
        let partition = TopicPartition(topic: fixture.topic, partition: 0)
        let producer = try fixture.producer()
        try await producer.send(KafkaRecord(topic: fixture.topic, value: Array("small".utf8)))
        let limits = [
            "message.max.bytes": "10000", "fetch.max.bytes": "10000", "receive.message.max.bytes": "100000",
            "fetch.wait.max.ms": "20",
        ]
        var member = try fixture.member("g", limits, stallLimit: .seconds(2))
        try member.subscribe(to: [fixture.topic])
        var count = 0
        var quietTurns = 0
        var error: KafkaError?
        func take(_ event: GroupMemberEvent) {
            if case .partitionError(partition, _, let found) = event { error = found }
        }
        #expect(
            try Fixture.poll(
                &member,
                onMessages: { count += $0.count },
                onEvent: take,
                until: { member in
                    if member.end(of: partition) == 1 { quietTurns += 1 }
                    return quietTurns > 100
                }
            )
        )
        #expect(count == 1 && error == nil, "At its end it stands still without a fault")
        try await producer.send(
            KafkaRecord(topic: fixture.topic, value: [UInt8](repeating: 0x78, count: 300_000))
        )
        #expect(try Fixture.poll(&member, seconds: 60, onEvent: take, until: { _ in error != nil }))
        #expect(error?.code == .stalled)
        #expect(
            try Fixture.poll(&member, seconds: 60, onEvent: take, until: { $0.end(of: partition) == 2 }),
            "\(String(describing: member.end(of: partition)))"
        )
        member.close(timeout: .seconds(5))
    }
}
