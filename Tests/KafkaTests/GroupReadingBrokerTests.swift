import Foundation
import Kafka
import KafkaBroker
import Testing

@Suite(
    "Groups that are looked at from outside, on a real broker",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn, "needs KAFKA_HOME"),
    .timeLimit(.minutes(5))
)
struct GroupReadingBrokerTests {
    private func connection(_ topic: BrokerTopic) throws -> ClusterConnection {
        try ClusterConnection(configuration: topic.configuration, logger: Fixture.logger)
    }

    private func committed(_ topic: BrokerTopic, _ group: String) throws -> Int64? {
        try OffsetReader(connection(topic), group: group).committed([topic.partition], timeout: .seconds(20))[
            topic.partition
        ]?.offset
    }

    /// Waits until a group does something.
    private func awaitState(_ topic: BrokerTopic, _ group: String, _ state: KafkaGroups.State) async throws -> Bool {
        let connection = try connection(topic)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if try KafkaGroups.list(connection, timeout: .seconds(20)).state(of: group) == state { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    @Test("have their offsets and their state read whichever protocol they use", arguments: ["classic", "consumer"])
    func protocols(_ name: String) async throws {
        let topic = try BrokerTopic("protocol-\(name)")
        try topic.produce(100) { Array("\($0)".utf8) }
        let group = "g-\(topic.name)"
        #expect(try await awaitState(topic, group, .empty))
        #expect(try committed(topic, group) == nil)
        let arguments = [
            "--bootstrap-server", topic.broker.bootstrapServers, "--topic", topic.name, "--group", group,
            "--consumer-property", "group.protocol=\(name)", "--from-beginning",
        ]
        try await KafkaTool.run("kafka-console-consumer.sh", arguments + ["--max-messages", "30"])
        #expect(try await awaitState(topic, group, .empty))
        #expect(try committed(topic, group) == 30)
        // While it has members, of which the reader never becomes one.
        let member = try KafkaTool("kafka-console-consumer.sh", arguments)
        #expect(try await awaitState(topic, group, .stable))
        for _ in 0..<10 { #expect(try committed(topic, group) ?? 0 >= 30) }
        #expect(try await awaitState(topic, group, .stable))
        member.kill()
    }

    @Test("a partition ends for readers of committed records before an open transaction")
    func lastStableOffset() async throws {
        let topic = try BrokerTopic("open")
        try topic.produce(10) { Array("\($0)".utf8) }
        let transaction = try KafkaTool(
            "kafka-producer-perf-test.sh",
            [
                "--topic", topic.name, "--num-records", "100000", "--record-size", "10", "--throughput", "200",
                "--transactional-id", topic.name, "--transaction-duration-ms", "600000", "--producer-props",
                "bootstrap.servers=\(topic.broker.bootstrapServers)", "transaction.timeout.ms=600000",
            ]
        )
        defer { transaction.kill() }
        func end(_ level: String?) throws -> Int64? {
            var configuration = topic.configuration
            configuration.values["isolation.level"] = level
            let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
            return try OffsetReader(connection, group: "x").watermarks([topic.partition], timeout: .seconds(20))[
                topic.partition
            ]?.high
        }
        let deadline = ContinuousClock.now + .seconds(60)
        while try end("read_uncommitted") ?? 0 < 100, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try end("read_uncommitted") ?? 0 >= 100)
        #expect(try end("read_committed") == 10)
        // It is the library's own default too.
        #expect(try end(nil) == 10)
    }

    @Test("is deleted with its offsets, but not while it has members, and once only")
    func deletion() async throws {
        let topic = try BrokerTopic("deletion")
        let group = "g-\(topic.name)"
        var member = try topic.member()
        try member.subscribe(to: [topic.name])
        #expect(
            try Fixture.poll(&member, seconds: 60, until: { try $0.mayCommit && committed(topic, group) == nil })
        )
        func delete() throws(KafkaError) {
            try KafkaGroups.delete(
                configuration: topic.configuration,
                group: group,
                timeout: .seconds(20),
                logger: Fixture.logger
            )
        }
        let error = #expect(throws: KafkaError.self) { try delete() }
        #expect(error?.name == "NON_EMPTY_GROUP" || error?.name == "GROUP_NOT_EMPTY", "\(String(describing: error))")
        try member.commit([topic.partition: CommittedOffset(0)], mode: .sync(deadline: .seconds(20)))
        member.close(timeout: .seconds(10))
        #expect(try await awaitState(topic, group, .empty))
        #expect(try committed(topic, group) == 0)
        try delete()
        #expect(try committed(topic, group) == nil)
        try delete()
    }

    @Test("names who leads each partition, and why a topic has no leaders")
    func leaders() throws {
        let topic = try BrokerTopic("leaders")
        let connection = try connection(topic)
        #expect(try connection.leaders(of: [topic.name], timeout: .seconds(20))[topic.name]?.get() == [1])
        #expect(try connection.leaders(of: nil, timeout: .seconds(20))[topic.name]?.get() == [1])
        let missing = try connection.leaders(of: ["no-such-topic"], timeout: .seconds(20))["no-such-topic"]
        guard case .failure(let error)? = missing else {
            Issue.record("a topic that does not exist has leaders")
            return
        }
        #expect(error.code == .unknownTopic)
    }

    @Test("deleting a group of a cluster that is gone ends in time, and the process goes on when it is back")
    func deletionWithoutBroker() throws {
        let broker = try KafkaBroker.own()
        let configuration = KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers])
        func delete(_ timeout: Duration = .seconds(2)) throws(KafkaError) {
            try KafkaGroups.delete(
                configuration: configuration,
                group: "gone",
                timeout: timeout,
                logger: Fixture.logger
            )
        }
        // A broker that stops in the middle of a request keeps its connection, and answers nothing.
        try broker.pause()
        for _ in 0..<3 { #expect(throws: KafkaError.self) { try delete() } }
        try broker.kill()
        for _ in 0..<3 { #expect(throws: KafkaError.self) { try delete() } }
        try broker.restart()
        let deadline = ContinuousClock.now + .seconds(60)
        while (try? delete()) == nil, ContinuousClock.now < deadline {}
        try delete(.seconds(30))
    }
}
