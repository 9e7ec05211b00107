import Foundation
import Kafka
import KafkaBroker
import Testing

@Suite(
    "A member of a group on a real broker",
    .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["KAFKA_HOME"] != nil, "needs KAFKA_HOME"),
    .timeLimit(.minutes(3))
)
struct MemberBrokerTests {
    @Test("is told where a partition ends that has control records behind its last record")
    func reachesEndsWithoutRecords() throws {
        let topic = try BrokerTopic("transactions")
        try topic.run(
            "kafka-producer-perf-test",
            "--topic",
            topic.name,
            "--num-records",
            "50",
            "--record-size",
            "10",
            "--throughput",
            "-1",
            "--transactional-id",
            topic.name,
            // However slow the machine is, it is one transaction.
            "--transaction-duration-ms",
            "600000",
            "--producer-props",
            "bootstrap.servers=\(topic.broker.bootstrapServers)"
        )
        var member = try topic.member()
        try member.subscribe(to: [topic.name])
        var last: Int64?
        var end: Int64?
        let isTold = try Fixture.poll(
            &member,
            seconds: 60,
            onMessages: { last = $0.offset(at: $0.count - 1) },
            onEvent: { if case .reachedEnd(topic.partition, let offset) = $0 { end = offset } },
            until: { _ in end != nil }
        )
        #expect(isTold)
        let high = try member.offsets.watermarks([topic.partition], timeout: .seconds(10))[topic.partition]?.high
        #expect(last == 49 && end == high && high == 51)
        #expect(member.positions == [topic.partition: 51])
        // While records come, the end is not reported: they show by themselves that the member has reached it.
        end = nil
        try topic.produce(10) { Array("\($0)".utf8) }
        #expect(
            try Fixture.poll(
                &member,
                seconds: 60,
                onMessages: { last = $0.offset(at: $0.count - 1) },
                onEvent: { if case .reachedEnd(topic.partition, let offset) = $0 { end = offset } },
                until: { _ in last == 60 }
            )
        )
        _ = try Fixture.poll(
            &member,
            seconds: 1,
            onEvent: { if case .reachedEnd(topic.partition, let offset) = $0 { end = offset } },
            until: { _ in false }
        )
        #expect(end == nil)
        member.close(timeout: .seconds(5))
    }

    @Test("asks where to go on when records were deleted before it read them")
    func asksWhenRecordsAreGone() throws {
        let topic = try BrokerTopic("expired")
        try topic.produce(100) { Array("\($0)".utf8) }
        try topic.deleteRecords(before: 40)
        for start: Int64 in [10, 1000] {
            var member = try topic.member()
            try member.subscribe(to: [topic.name])
            var offsets: [Int64] = []
            var found: (offset: Int64?, error: KafkaError)?
            func take(_ event: GroupMemberEvent) {
                if case .partitionError(topic.partition, let offset, let error) = event { found = (offset, error) }
            }
            func take(_ messages: ReceivedMessages) { offsets += (0..<messages.count).map { messages.offset(at: $0) } }
            #expect(
                try Fixture.poll(
                    &member,
                    seconds: 60,
                    from: [topic.partition: start],
                    onMessages: take,
                    onEvent: take,
                    until: { _ in found != nil }
                )
            )
            #expect(found?.error.code == .offsetReset && found?.offset == start)
            #expect(offsets == [])
            try member.seek(to: [topic.partition: 40])
            #expect(
                try Fixture.poll(
                    &member,
                    seconds: 60,
                    onMessages: take,
                    onEvent: take,
                    until: { _ in offsets.count >= 60 }
                )
            )
            #expect(offsets == Array(40..<100))
            member.close(timeout: .seconds(5))
        }
    }

    @Test("is told that a topic is gone, and reads it again when it is made anew")
    func missesTopics() throws {
        let topic = try BrokerTopic("gone")
        try topic.produce(10) { Array("\($0)".utf8) }
        var member = try topic.member(["topic.metadata.refresh.interval.ms": "200"])
        try member.subscribe(to: [topic.name])
        var count = 0
        var errors: [KafkaError] = []
        let note = { (event: GroupMemberEvent) in
            if case .topicError(topic.name, let error) = event { errors.append(error) }
        }
        let take = { (messages: ReceivedMessages) in count += messages.count }
        #expect(try Fixture.poll(&member, seconds: 60, onMessages: take, onEvent: note, until: { _ in count == 10 }))
        try topic.run(
            "kafka-topics",
            "--bootstrap-server",
            topic.broker.bootstrapServers,
            "--delete",
            "--topic",
            topic.name
        )
        #expect(try Fixture.poll(&member, seconds: 60, onEvent: note, until: { _ in !errors.isEmpty }))
        #expect(errors.first?.code == .unknownTopic && errors.first?.message.contains(topic.name) == true)
        try KafkaAdmin(configuration: topic.configuration, logger: Fixture.logger).createTopic(
            topic.name,
            partitions: 1
        )
        try topic.produce(10) { Array("\($0)".utf8) }
        count = 0
        #expect(try Fixture.poll(&member, seconds: 60, onMessages: take, onEvent: note, until: { _ in count >= 10 }))
        member.close(timeout: .seconds(5))
    }

    @Test("fails for good when another member takes its name")
    func isFenced() throws {
        let topic = try BrokerTopic("fenced")
        let settings = ["group.instance.id": "one", "heartbeat.interval.ms": "300"]
        var first = try topic.member(settings)
        try first.subscribe(to: [topic.name])
        var isAssigned = false
        #expect(
            try Fixture.poll(
                &first,
                seconds: 60,
                onEvent: { if case .assigned = $0 { isAssigned = true } },
                until: { _ in isAssigned }
            )
        )
        var second = try topic.member(settings)
        try second.subscribe(to: [topic.name])
        var fatal: KafkaError?
        let isTold = try Fixture.poll(
            &first,
            seconds: 60,
            onEvent: { if case .error(let error) = $0, error.isFatal { fatal = error } },
            until: { _ in
                _ = try second.poll(maximumMessages: 1, timeout: .zero)
                return fatal != nil
            }
        )
        #expect(isTold && fatal?.code == .fenced, "\(fatal?.message ?? "nothing")")
        first.close(timeout: .seconds(1))
        second.close(timeout: .seconds(5))
    }

    @Test(
        "reads batches larger than a fetch, and says that a partition does not advance behind one larger than the limit"
    )
    func stallsAtLargeBatches() throws {
        let topic = try BrokerTopic("large", settings: ["max.message.bytes": "20000000"])
        let value = [UInt8](repeating: 0x78, count: 6_000_000)
        for _ in 0..<2 { try topic.produce(1, ["message.max.bytes": "20000000"]) { _ in value } }
        func read(
            limit: Int,
            stallLimit: Duration = .seconds(60)
        ) throws -> (sizes: [Int], clientErrors: [KafkaError], error: KafkaError?) {
            let settings = ["fetch.max.bytes": "4456448", "receive.message.max.bytes": "\(limit)"]
            var member = try topic.member(settings, stallLimit: stallLimit)
            try member.subscribe(to: [topic.name])
            var sizes: [Int] = []
            var clientErrors: [KafkaError] = []
            var found: KafkaError?
            _ = try Fixture.poll(
                &member,
                seconds: 60,
                onMessages: { sizes += $0.runs.map(\.bytes) },
                onEvent: { event in
                    switch event {
                    case .partitionError(_, _, let error): found = error
                    case .error(let error): clientErrors.append(error)
                    default: break
                    }
                },
                // Either of the two errors may come first.
                until: { _ in
                    sizes.reduce(0, +) == 2 * value.count
                        || found != nil && clientErrors.contains { $0.code == .messageTooLarge }
                }
            )
            member.close(timeout: .seconds(5))
            return (sizes, clientErrors, found)
        }
        let limited = try read(limit: 5_000_000, stallLimit: .seconds(2))
        #expect(limited.sizes == [] && limited.error?.code == .stalled)
        #expect(limited.clientErrors.contains { $0.code == .messageTooLarge })
        let unlimited = try read(limit: 2_147_483_647)
        #expect(unlimited.sizes.reduce(0, +) == 2 * value.count && unlimited.error == nil)
    }
}
