import Daemon
import Kafka
import Logging
import Metrics
import SinkConfiguration
import Testing

@testable import Sink

@Suite("A dead-letter queue", .timeLimit(.minutes(5)))
struct DeadLetterQueueTests {
    private let unreachable = ["errors.deadletterqueue.bootstrap.servers": "127.0.0.1:1"]

    private func letter(_ offset: Int64) -> DeadLetter { LetterRecords.letter(offset, key: "k\(offset)") }

    @Test("writes key, value, headers and timestamp byte for byte, and acknowledges afterwards")
    func exact() async throws {
        let fixture = try DeadLetterFixture()
        let every = Array(UInt8.min...UInt8.max)
        let context = DeadLetterContext.conversion(
            connector: "s",
            task: 0,
            stage: .valueConverter,
            converter: "C",
            causes: [.init("E", nil)]
        )
        let source = TopicPartition(topic: "t", partition: 3)
        let own = [KafkaHeader(name: "h", value: []), KafkaHeader(name: "h", value: nil)]
        let letters = [
            DeadLetter(source: source, offset: 5, timestamp: 17, key: every, value: every, headers: own),
            DeadLetter(source: source, offset: 6, timestamp: 18, key: [], value: [], headers: []),
            DeadLetter(source: source, offset: 7, timestamp: 19, key: nil, value: nil, headers: []),
        ].map { $0.explained(by: context) }
        let acknowledged = CallCount()
        for letter in letters {
            #expect(try fixture.errors.offer(letter, table: fixture.table, acknowledged: acknowledged.call))
        }
        #expect(await fixture.queues.drain(timeout: .seconds(Int64.max)))
        #expect(acknowledged.count == 3)
        let written = try fixture.records(of: "dead", 3)
        #expect(written.map(\.key) == letters.map(\.key))
        #expect(written.map(\.value) == letters.map(\.value))
        #expect(written.map(\.headers) == letters.map(\.headers))
        #expect(written.map(\.timestamp) == letters.map(\.timestamp))
        #expect(written[0].headers.count == 12 && written[0].headers[11].value == Array("E".utf8))
        #expect(fixture.stop.failure == nil)
        let sent = #"kusto_sink_dead_letters_total{connector="s",outcome="sent",queue="errors"} 3"#
        #expect(fixture.counts(sent), "\(fixture.registry.render())")
        #expect(fixture.counts(#"kusto_sink_dlqrecordssent_total{connector="s",database="D",table="T"} 3"#))
        #expect(fixture.counts(#"kusto_sink_dead_letter_waiting_bytes{connector="s",queue="errors"} 0"#))
    }

    @Test("takes no more than its bounds, changes nothing then, and says once when there is room again")
    func full() async throws {
        let fixture = try DeadLetterFixture(["errors.deadletterqueue.queue.buffering.max.messages": "4"])
        let errors = try fixture.errors
        try fixture.cluster.setReachable(false)
        let partition = AssignedPartition(TopicPartition(topic: "t", partition: 3), route: try route(), lane: 0)
        for offset in 0..<4 { #expect(errors.offer(letter(Int64(offset)), of: partition)) }
        for _ in 0..<2 { #expect(!errors.offer(letter(4), of: partition)) }
        // The record that was refused is not passed.
        #expect(partition.committable == 0 && partition.pendingBatches == 4)
        let room = CallCount()
        errors.whenRoom(room.call)
        #expect(room.count == 0)
        #expect(!fixture.counts(#"kusto_sink_dead_letter_waiting_bytes{connector="s",queue="errors"} 0"#))
        try fixture.cluster.setReachable(true)
        try await DeadLetterFixture.wait("for room") { room.count > 0 }
        try await DeadLetterFixture.wait("for all acknowledgements") { partition.isDrained }
        #expect(partition.committable == 4)
        #expect(room.count == 1)
        errors.whenRoom(room.call)
        #expect(room.count == 2)
        #expect(errors.offer(letter(4), of: partition))
        try await DeadLetterFixture.wait("for the last one") { partition.committable == 5 }
    }

    @Test("stops the worker once when letters cannot be written, says why, and acknowledges none of them")
    func failure() async throws {
        let fixture = try DeadLetterFixture(
            // Long enough for an attempt to connect, whose failure is to be told.
            unreachable.merging(["errors.deadletterqueue.delivery.timeout.ms": "3000"]) { $1 }
        )
        let acknowledged = CallCount()
        for offset in 0..<3 {
            #expect(
                try fixture.errors.offer(letter(Int64(offset)), table: fixture.table, acknowledged: acknowledged.call)
            )
        }
        try await DeadLetterFixture.wait("for the failures") { try fixture.errors.waitingLetters == 0 }
        let failure = try #require(fixture.stop.failure)
        #expect(failure.code == .deadLetter && failure.exitError.code == .temporaryFailure)
        for part in [
            "topic t partition 3 offset 0", "dead-letter topic dead at 127.0.0.1:1",
            "errors.deadletterqueue.topic.name",
            "_MSG_TIMED_OUT", "Connection refused", "errors.deadletterqueue.delivery.timeout.ms", "not committed",
        ] {
            #expect(failure.message.contains(part), "\(part) in \(failure.message)")
        }
        #expect(acknowledged.count == 0)
        let failed = #"kusto_sink_dead_letters_total{connector="s",outcome="failed",queue="errors"} 3"#
        #expect(fixture.counts(failed), "\(fixture.registry.render())")
    }

    @Test("a letter that is too large is refused with its size and the setting to raise")
    func tooLarge() async throws {
        let fixture = try DeadLetterFixture(["errors.deadletterqueue.max.request.size": "2000"])
        let large = LetterRecords.letter(9, value: String(repeating: "x", count: 3_000))
        let acknowledged = CallCount()
        #expect(try fixture.errors.offer(large, table: fixture.table, acknowledged: acknowledged.call))
        #expect(try fixture.errors.offer(letter(10), table: fixture.table, acknowledged: acknowledged.call))
        let message = try #require(fixture.stop.failure).message
        for part in ["offset 9", "max.message.bytes of topic dead", "3036 bytes", "max.request.size"] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
        // What can be written still is, so that less comes twice after the next start.
        try await DeadLetterFixture.wait("for the small one") { acknowledged.count == 1 }
        await #expect(throws: SinkFailure.self) { try await fixture.errors.send(large, table: fixture.table) }
    }

    @Test("acknowledges nothing after it was closed, and calls that a stop, not a failure")
    func closing() async throws {
        let fixture = try DeadLetterFixture(
            unreachable.merging(["errors.deadletterqueue.queue.buffering.max.messages": "2"]) { $1 }
        )
        let (acknowledged, room) = (CallCount(), CallCount())
        let errors = try fixture.errors
        for offset in 0..<2 {
            #expect(errors.offer(letter(Int64(offset)), table: fixture.table, acknowledged: acknowledged.call))
        }
        errors.whenRoom(room.call)
        let sending = Task { [letter = letter(3), table = fixture.table] in try await errors.send(letter, table: table)
        }
        #expect(!(await fixture.queues.drain(timeout: .milliseconds(50))))
        #expect(fixture.log.entries.contains { $0.metadata["dead_letters.waiting"] == "2" })
        await fixture.queues.close()
        // Nobody waits for ever.
        #expect(room.count == 1)
        await #expect(throws: SinkFailure.self) { try await sending.value }
        await #expect(throws: SinkFailure.self) { try await errors.send(letter(4), table: fixture.table) }
        #expect(errors.offer(letter(5), table: fixture.table, acknowledged: acknowledged.call))
        #expect(acknowledged.count == 0)
        #expect(fixture.stop.failure == nil && !fixture.stop.isRequested)
        #expect(fixture.counts(#"kusto_sink_dead_letters_total{connector="s",outcome="failed",queue="errors"} 0"#))
    }

    @Test("a letter that is awaited is there afterwards, also when it first had to wait for room")
    func sending() async throws {
        let fixture = try DeadLetterFixture(["misc.deadletterqueue.queue.buffering.max.messages": "2"])
        let misc = try #require(fixture.queues.misc)
        let table = fixture.table
        try await withThrowingTaskGroup(of: Void.self) { group in
            for offset in 0..<50 {
                let letter = letter(Int64(offset))
                group.addTask { try await misc.send(letter, table: table) }
            }
            try await group.waitForAll()
        }
        let keys = try fixture.records(of: "misc", 50).compactMap { $0.key.map { String(decoding: $0, as: UTF8.self) } }
        #expect(keys.sorted() == (0..<50).map { "k\($0)" }.sorted())
        #expect(fixture.counts(#"kusto_sink_dead_letters_total{connector="s",outcome="sent",queue="misc"} 50"#))
    }

    @Test("queues with the same brokers and properties share a producer, others do not")
    func sharing() throws {
        #expect(try DeadLetterFixture().producers.distinct.count == 1)
        #expect(try DeadLetterFixture(["misc.deadletterqueue.linger.ms": "7"]).producers.distinct.count == 2)
        let none = try DeadLetterProducers(StartupSamples.settings().errors, logger: StartupSamples.logger)
        #expect(none.distinct.isEmpty)
    }

    @Test("properties that cannot be are told under the names that the user wrote")
    func properties() throws {
        let settings = try DeadLetterFixture.settings(
            servers: "127.0.0.1:1",
            ["errors.deadletterqueue.retries": "0", "errors.deadletterqueue.enable.idempotence": "true"]
        )
        let error = #expect(throws: SinkFailure.self) {
            try DeadLetterProducers(settings.errors, logger: StartupSamples.logger)
        }
        #expect(error?.code == .clientConfiguration)
        #expect(error?.message.contains("errors.deadletterqueue.enable.idempotence") == true, "\(error?.message ?? "")")
        let refused = try DeadLetterFixture.settings(
            servers: "127.0.0.1:1",
            ["producer.override.compression.level": "abc"]
        )
        let problems = SettingsCheck.problems(with: refused)
        #expect(problems.count == 1)
        let start = "Invalid value abc for configuration producer.override.compression.level: "
        #expect(problems.first?.message.hasPrefix(start) == true, "\(problems)")
    }

    private func route() throws -> TableRoute { try LaneFixture().route }
}
