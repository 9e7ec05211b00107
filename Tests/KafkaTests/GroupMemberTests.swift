import Foundation
import Kafka
import Synchronization
import Testing

@Suite("A member of a group", .serialized, .timeLimit(.minutes(5)))
struct GroupMemberTests {
    private func value(_ messages: ReceivedMessages, _ index: Int) -> String? {
        unsafe messages.withValue(at: index) { value in unsafe value.map { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test("brings every record in the order of its partition, a run for each, with key, headers and time")
    func readsRecords() async throws {
        let fixture = try Fixture()
        let producer = try fixture.producer()
        for number in 0..<200 {
            try await producer.send(
                KafkaRecord(
                    topic: fixture.topic,
                    partition: Int32(number % 4),
                    key: Array("k\(number)".utf8),
                    value: number % 10 == 0 ? nil : Array("v\(number)".utf8),
                    headers: [KafkaHeader(name: "h", value: Array("x".utf8))],
                    timestamp: 1_700_000_000_000 + Int64(number)
                )
            )
        }
        var member = try fixture.member()
        try member.subscribe(to: [fixture.topic])
        var next: [TopicPartition: Int64] = [:]
        var count = 0
        var kept: [(ReceivedMessages, Int, String?)] = []
        let isComplete = try Fixture.poll(&member) { messages in
            for run in messages.runs {
                for index in run.range {
                    #expect(messages.offset(at: index) == next[run.topicPartition, default: 0])
                    next[run.topicPartition] = messages.offset(at: index) + 1
                    let number = Int(messages.offset(at: index)) * 4 + Int(run.topicPartition.partition)
                    #expect(value(messages, index) == (number % 10 == 0 ? nil : "v\(number)"))
                    #expect(messages.timestamp(at: index) == 1_700_000_000_000 + Int64(number))
                    unsafe messages.forEachHeader(at: index) { name, value in
                        #expect(unsafe String(decoding: name, as: UTF8.self) == "h")
                    }
                    kept.append((messages, index, value(messages, index)))
                    count += 1
                }
            }
        } until: { _ in
            count == 200
        }
        #expect(isComplete)
        // Batches own their messages for as long as somebody holds them.
        for (messages, index, text) in kept { #expect(value(messages, index) == text) }
        member.close(timeout: .seconds(5))
    }

    @Test("tells of its brokers and of what it fetched ahead, when asked to")
    func tellsStatistics() async throws {
        let fixture = try Fixture()
        let producer = try fixture.producer()
        try producer.sendAll(
            (0..<20).map { KafkaRecord(topic: fixture.topic, value: Array("\($0)".utf8)) },
            timeout: .seconds(60)
        )
        var member = try fixture.member("g", ["statistics.interval.ms": "100"])
        try member.subscribe(to: [fixture.topic])
        var found: KafkaStatistics?
        let isComplete = try Fixture.poll(
            &member,
            onEvent: { event in
                guard case .statistics(let statistics) = event else { return }
                #expect(statistics.prefetchedMessages >= 0 && statistics.prefetchedBytes >= 0)
                if statistics.brokers.contains(where: { $0.isUp && $0.receivedBytes > 0 && $0.roundTrip.slow > 0 }) {
                    found = statistics
                }
            },
            until: { _ in found != nil }
        )
        #expect(isComplete)
        let names = Set((found?.brokers ?? []).map(\.name))
        #expect(!names.isEmpty && names.allSatisfy { $0.hasPrefix("127.0.0.1:") || $0.hasPrefix("localhost:") })
        member.close(timeout: .seconds(5))
    }

    @Test("goes on with the next record after a pause at the end of a partition")
    func resumesAtTheEnd() async throws {
        let fixture = try Fixture(partitions: 1)
        let producer = try fixture.producer()
        let partition = TopicPartition(topic: fixture.topic, partition: 0)
        var member = try fixture.member("g", ["fetch.wait.max.ms": "20"])
        try member.subscribe(to: [fixture.topic])
        var offsets: [Int64] = []
        var problems: [String] = []
        for end in Int64(1)...5 {
            try await producer.send(KafkaRecord(topic: fixture.topic, value: Array("\(end)".utf8)))
            // The library tells of the end with the answer to one of the next fetches.
            var quietTurns = 0
            let isComplete = try Fixture.poll(
                &member,
                onMessages: { messages in
                    offsets += (0..<messages.count).map { messages.offset(at: $0) }
                    quietTurns = 0
                },
                onEvent: { if case .partitionError(_, _, let error) = $0 { problems.append(error.message) } },
                until: { _ in
                    if offsets.last == end - 1 { quietTurns += 1 }
                    return quietTurns > 20 || !problems.isEmpty
                }
            )
            #expect(isComplete && problems.isEmpty, "\(offsets) \(problems)")
            try member.pause([partition])
            try member.resume([partition])
        }
        #expect(offsets == [0, 1, 2, 3, 4])
        member.close(timeout: .seconds(5))
    }

    @Test("commits, and the next member goes on exactly there")
    func commits() async throws {
        let fixture = try Fixture(partitions: 1)
        let producer = try fixture.producer()
        try producer.sendAll(
            (0..<50).map { KafkaRecord(topic: fixture.topic, value: Array("\($0)".utf8)) },
            timeout: .seconds(60)
        )
        let partition = TopicPartition(topic: fixture.topic, partition: 0)
        var first = try fixture.member()
        try first.subscribe(to: [fixture.topic])
        var count = 0
        #expect(try Fixture.poll(&first, onMessages: { count += $0.count }, until: { count == 50 && $0.mayCommit }))
        try first.commit([partition: CommittedOffset(20, metadata: "batch 7")], mode: .sync(deadline: .seconds(60)))
        #expect(
            try first.offsets.committed([partition], timeout: .seconds(60)) == [
                partition: CommittedOffset(20, metadata: "batch 7")
            ]
        )
        var committed: [TopicPartition: Int64] = [:]
        try first.commit([partition: CommittedOffset(30)], mode: .async)
        let isTold = try Fixture.poll(
            &first,
            onEvent: { if case .committed(let offsets) = $0 { committed = offsets } },
            until: { _ in committed[partition] == 30 }
        )
        #expect(isTold)
        let ends = try first.offsets.watermarks([partition], timeout: .seconds(60))[partition]
        #expect(ends?.low == 0 && ends?.high == 50)
        first.close(timeout: .seconds(5))

        var second = try fixture.member()
        try second.subscribe(to: [fixture.topic])
        var offsets: [Int64] = []
        let isRead = try Fixture.poll(
            &second,
            onMessages: { messages in offsets += (0..<messages.count).map { messages.offset(at: $0) } },
            until: { _ in offsets.count >= 20 }
        )
        #expect(isRead)
        #expect(offsets == Array(30..<50))
        second.close(timeout: .seconds(5))
    }

    @Test("pauses and resumes without missing a record")
    func pauses() async throws {
        let fixture = try Fixture(partitions: 2)
        let producer = try fixture.producer()
        try producer.sendAll(
            (0..<2000).map { KafkaRecord(topic: fixture.topic, partition: Int32($0 % 2), value: Array("\($0)".utf8)) },
            timeout: .seconds(60)
        )
        var member = try fixture.member("g", ["queued.min.messages": "50"])
        try member.subscribe(to: [fixture.topic])
        let both = (0..<2).map { TopicPartition(topic: fixture.topic, partition: $0) }
        var next: [TopicPartition: Int64] = [:]
        var turns = 0
        let isRead = try Fixture.poll(
            &member,
            onMessages: { messages in
                for run in messages.runs {
                    for index in run.range {
                        #expect(messages.offset(at: index) == next[run.topicPartition, default: 0])
                        next[run.topicPartition] = messages.offset(at: index) + 1
                    }
                }
            },
            // A member that was too slow is assigned its partitions again, and reads from the start, because it never
            // committed.
            onEvent: { if case .assigned(let partitions) = $0 { for partition in partitions { next[partition] = 0 } } },
            until: { member in
                turns += 1
                if turns % 5 == 3 { try member.pause(Array(next.keys)) }
                if turns % 5 == 0 { try member.resume(Array(next.keys)) }
                return both.allSatisfy { next[$0] == 1000 }
            }
        )
        #expect(isRead)
        member.close(timeout: .seconds(5))
    }

    @Test("reads a partition that was given back while it was paused, and came again")
    func pausesEndWithTheAssignment() async throws {
        let fixture = try Fixture(partitions: 1)
        let producer = try fixture.producer()
        try producer.sendAll(
            (0..<100).map { KafkaRecord(topic: fixture.topic, value: Array("\($0)".utf8)) },
            timeout: .seconds(60)
        )
        let partition = TopicPartition(topic: fixture.topic, partition: 0)
        var member = try fixture.member("g", ["fetch.wait.max.ms": "20"])
        try member.subscribe(to: [fixture.topic])
        var offsets: [Int64] = []
        let take = { (messages: ReceivedMessages) in
            offsets += (0..<messages.count).map { messages.offset(at: $0) }
        }
        #expect(try Fixture.poll(&member, onMessages: take, until: { !offsets.isEmpty && $0.mayCommit }))
        try member.commit([partition: CommittedOffset(60)], mode: .sync(deadline: .seconds(60)))
        try member.pause([partition])
        try member.unassign([partition])
        offsets = []
        try member.assign([partition])
        #expect(try Fixture.poll(&member, seconds: 60, onMessages: take, until: { _ in offsets.count >= 40 }))
        #expect(offsets == Array(60..<100))
        member.close(timeout: .seconds(5))
    }

    /// Produces until it is told to end, on a thread of its own: a task would wait for tests that block all of theirs.
    private final class Flow: Sendable {
        private let isOver = Atomic(false)

        init(_ producer: KafkaProducer, _ topic: String, partitions: Int) {
            Thread.detachNewThread { [self] in
                var number = 0
                while !isOver.load(ordering: .acquiring) {
                    let record = KafkaRecord(
                        topic: topic,
                        partition: Int32(number % partitions),
                        value: Array("\(number)".utf8)
                    )
                    try? producer.sendAll([record], timeout: .seconds(60))
                    number += 1
                }
            }
        }

        func end() { isOver.store(true, ordering: .releasing) }
    }

    @Test("skips nothing of the partitions that it keeps while another member comes and goes")
    func keepsItsPlace() throws {
        let fixture = try Fixture()
        let producer = try fixture.producer()
        let flow = Flow(producer, fixture.topic, partitions: 4)
        defer { flow.end() }
        let quick = ["heartbeat.interval.ms": "100"]
        var member = try fixture.member("g", quick)
        try member.subscribe(to: [fixture.topic])
        var next: [TopicPartition: Int64] = [:]
        var held: Set<TopicPartition> = []
        func read(_ member: inout GroupMember, until isDone: (inout GroupMember) throws -> Bool) throws -> Bool {
            try Fixture.poll(
                &member,
                onMessages: { messages in
                    for run in messages.runs {
                        for index in run.range {
                            let offset = messages.offset(at: index)
                            if let expected = next[run.topicPartition] { #expect(offset == expected) }
                            next[run.topicPartition] = offset + 1
                        }
                    }
                },
                onEvent: { event in
                    switch event {
                    case .assigned(let partitions): held.formUnion(partitions)
                    case .revoked(let partitions), .lost(let partitions):
                        held.subtract(partitions)
                        // After a partition was given back, reading it starts from the committed offset.
                        for partition in partitions { next[partition] = nil }
                    default: break
                    }
                },
                until: isDone
            )
        }
        // Each round takes four rebalances, and the mock cluster needs three seconds for each.
        for _ in 0..<2 {
            #expect(try read(&member) { _ in held.count == 4 && next.count == 4 })
            var other = try fixture.member("g", quick)
            try other.subscribe(to: [fixture.topic])
            var others = 0
            let isShared = try read(&member) { _ in
                for event in try other.poll(maximumMessages: 100, timeout: .zero).events {
                    switch event {
                    case .assigned(let partitions):
                        others += partitions.count
                        try other.assign(partitions, at: Fixture.beginnings(of: partitions, other))
                    case .revoked(let partitions), .lost(let partitions):
                        others -= partitions.count
                        try other.unassign(partitions)
                    default: break
                    }
                }
                return others == 2 && held.count == 2
            }
            #expect(isShared)
            other.close(timeout: .seconds(5))
        }
        member.close(timeout: .seconds(5))
    }

    @Test(
        "reads on from another offset, forwards and backwards, also while paused and with every kind of assignor",
        arguments: ["cooperative-sticky", "range"]
    )
    func seeks(assignor: String) throws {
        let fixture = try Fixture(partitions: 2)
        try fixture.producer().sendAll(
            (0..<200).map { KafkaRecord(topic: fixture.topic, partition: Int32($0 % 2), value: Array("\($0)".utf8)) },
            timeout: .seconds(30)
        )
        let both = (0..<2).map { TopicPartition(topic: fixture.topic, partition: $0) }
        var member = try fixture.member("g", ["partition.assignment.strategy": assignor])
        try member.subscribe(to: [fixture.topic])
        var offsets: [TopicPartition: [Int64]] = [:]
        let take = { (messages: ReceivedMessages) in
            for run in messages.runs {
                offsets[run.topicPartition, default: []] += run.range.map { messages.offset(at: $0) }
            }
        }
        #expect(
            try Fixture.poll(
                &member,
                seconds: 150,
                onMessages: take,
                until: { _ in both.allSatisfy { offsets[$0]?.count == 100 } }
            )
        )
        #expect(member.positions == [both[0]: 100, both[1]: 100])
        offsets = [:]
        try member.seek(to: [both[0]: 90])
        #expect(
            try Fixture.poll(&member, seconds: 150, onMessages: take, until: { _ in offsets[both[0]]?.count == 10 })
        )
        #expect(offsets == [both[0]: Array(90..<100)])
        try member.pause(both)
        try member.seek(to: [both[1]: 50])
        offsets = [:]
        _ = try Fixture.poll(&member, seconds: 1, onMessages: take, until: { _ in false })
        #expect(offsets == [:])
        try member.resume(both)
        #expect(
            try Fixture.poll(&member, seconds: 150, onMessages: take, until: { _ in offsets[both[1]]?.count == 50 })
        )
        #expect(offsets == [both[1]: Array(50..<100)])
        // A partition that the member does not hold is not moved.
        try member.seek(to: [TopicPartition(topic: fixture.topic, partition: 9): 1])
        member.close(timeout: .seconds(5))
    }

    @Test("names the property that librdkafka refuses, and hides the value of a secret one")
    func refusesProperties() throws {
        let bad = #expect(throws: KafkaError.self) {
            try _ = GroupMember(
                configuration: KafkaClientConfiguration(["fetch.min.bytes": "many"]),
                logger: Fixture.logger
            )
        }
        #expect(bad?.code == .invalidConfiguration)
        #expect(bad?.message.contains("fetch.min.bytes=\"many\"") == true)
        let secret = #expect(throws: KafkaError.self) {
            try _ = GroupMember(
                configuration: KafkaClientConfiguration(
                    ["fetch.min.bytes": "S3CRET"],
                    secretNames: ["fetch.min.bytes"]
                ),
                logger: Fixture.logger
            )
        }
        #expect(secret?.message.contains("fetch.min.bytes") == true)
        #expect(secret?.message.contains("S3CRET") == false)
        let groupless = #expect(throws: KafkaError.self) {
            try _ = GroupMember(configuration: KafkaClientConfiguration([:]), logger: Fixture.logger)
        }
        #expect(groupless?.message == "a consumer needs group.id")
    }

    @Test("a member that leaves before its first assignment does not take the process with it")
    func leavesEarly() throws {
        let fixture = try Fixture()
        for _ in 0..<5 {
            var first = try fixture.member("early")
            var second = try fixture.member("early")
            try first.subscribe(to: [fixture.topic])
            try second.subscribe(to: [fixture.topic])
            _ = try first.poll(maximumMessages: 1, timeout: .milliseconds(100))
            _ = try second.poll(maximumMessages: 1, timeout: .milliseconds(100))
            first.close(timeout: .milliseconds(200))
            second.close(timeout: .milliseconds(200))
        }
    }
}
