import Foundation
import Kafka
import KafkaBroker
import SinkConfiguration
import Testing

@testable import Sink

@Suite(
    "Dead-letter topics at the start, on a real broker",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME"),
    .timeLimit(.minutes(5))
)
struct DeadLetterStartupBrokerTests {
    private let broker: KafkaBroker
    private let name = "dead-\(UUID().uuidString.prefix(8).lowercased())"

    init() throws { broker = try KafkaBroker.shared() }

    private func admin() throws -> KafkaAdmin {
        try KafkaAdmin(
            configuration: KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers]),
            logger: StartupSamples.logger
        )
    }

    private func problems(
        _ changes: [String: String],
        creates: Bool = true,
        timeout: Duration = .seconds(60),
        stop: StopSignal = StopSignal()
    ) async throws -> [StartupProblem] {
        let base = ["errors.deadletterqueue.topic.name": name, "misc.deadletterqueue.topic.name": "\(name)-misc"]
        let settings = try DeadLetterFixture.settings(
            servers: broker.bootstrapServers,
            base.merging(changes) { $1 }
        )
        let producers = try DeadLetterProducers(settings.errors, logger: StartupSamples.logger)
        defer { producers.close() }
        return await DeadLetterStartupCheck(producers, creates: creates).run(
            timeout: timeout,
            clock: .system,
            stop: stop
        ).problems
    }

    @Test("the topic for records that cannot be converted is created once, with one partition", arguments: ["1", "-1"])
    func creation(replicas: String) async throws {
        let admin = try admin()
        try admin.createTopic("\(name)-misc", partitions: 1)
        let changes = ["errors.deadletterqueue.topic.replication.factor": replicas]
        #expect(try await problems(changes, creates: false) == [])
        #expect(try admin.topics(timeout: .seconds(30))[name] == nil)
        for _ in 0..<2 { #expect(try await problems(changes) == []) }
        try await DeadLetterFixture.wait("for the topic") { try admin.topics(timeout: .seconds(30))[name] != nil }
        #expect(try admin.topics(timeout: .seconds(30))[name]?.get() == 1)
    }

    @Test("Connect's default of three replicas at one broker is told with the property to change")
    func replicas() async throws {
        try admin().createTopic("\(name)-misc", partitions: 1)
        let found = try await problems([:])
        #expect(found.map(\.cause) == [.configuration])
        for part in ["topic \(name) at", "3 replicas", "errors.deadletterqueue.topic.replication.factor", "-1"] {
            #expect(found.first?.message.contains(part) == true, "\(found)")
        }
    }

    @Test("the other topic must be there, and is waited for a little")
    func misc() async throws {
        let changes = ["errors.deadletterqueue.topic.replication.factor": "1"]
        // Where brokers create what is asked for, there is nothing to miss.
        let found = try await problems(changes.merging(["misc.deadletterqueue.topic.name": "\(name)-none"]) { $1 })
        #expect(found.map(\.cause) == [.configuration])
        for part in ["misc.deadletterqueue.topic.name", "topic \(name)-none at", "does not exist", "create it"] {
            #expect(found.first?.message.contains(part) == true, "\(found)")
        }
    }

    @Test("brokers that do not answer are told when the time is over")
    func unreachable() async throws {
        let found = try await problems(
            [
                "errors.deadletterqueue.bootstrap.servers": "127.0.0.1:1",
                "misc.deadletterqueue.bootstrap.servers": "127.0.0.1:1",
            ],
            timeout: .seconds(3)
        )
        #expect(found.map(\.cause) == [.service, .service])
        for part in ["127.0.0.1:1", "within 3 s (startup.timeout.ms)", "Connection refused"] {
            #expect(found.allSatisfy { $0.message.contains(part) }, "\(found)")
        }
    }

    @Test("a letter that the topic does not take stops the worker with the topic's setting")
    func tooLarge() async throws {
        try admin().createTopic(name, partitions: 1, settings: ["max.message.bytes": "100000"])
        let settings = try DeadLetterFixture.settings(
            servers: broker.bootstrapServers,
            ["errors.deadletterqueue.topic.name": name]
        )
        let fixture = try DeadLetterFixture()
        let stop = StopSignal()
        let producers = try DeadLetterProducers(settings.errors, logger: StartupSamples.logger)
        defer { producers.close() }
        let queues = DeadLetterQueues(
            producers,
            connector: "s",
            registry: fixture.registry,
            stop: stop,
            logger: StartupSamples.logger
        )
        let errors = try #require(queues.errors)
        let acknowledged = CallCount()
        // Many letters that are taken one by one, though together they would be too large.
        for offset in 0..<200 {
            let letter = LetterRecords.letter(Int64(offset), value: String(repeating: "x", count: 20_000))
            #expect(errors.offer(letter, table: fixture.table, acknowledged: acknowledged.call))
        }
        #expect(await queues.drain(timeout: .seconds(60)))
        #expect(acknowledged.count == 200 && stop.failure == nil)
        let large = LetterRecords.letter(7, value: String(repeating: "x", count: 2_000_000))
        #expect(errors.offer(large, table: fixture.table, acknowledged: acknowledged.call))
        try await DeadLetterFixture.wait("for the failure") { stop.failure != nil }
        let message = stop.failure?.message ?? ""
        for part in ["offset 7", "MSG_SIZE_TOO_LARGE", "about 20000", "raise max.message.bytes of topic \(name)"] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
        #expect(acknowledged.count == 200)
    }
}
