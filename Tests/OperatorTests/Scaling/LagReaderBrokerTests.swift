import Daemon
import Foundation
import Kafka
import KafkaBroker
import Logging
import Metrics
import SinkConfiguration
import Testing

@testable import Operator

@Suite(
    "Reading lag from a real broker",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn, "needs KAFKA_HOME"),
    .timeLimit(.minutes(10))
)
struct LagReaderBrokerTests {
    private static let logger = Logger(label: "test", sink: MemoryLogSink())

    /// A topic of a broker, and what a test does with it.
    private struct Topic {
        let broker: KafkaBroker
        let name = "lag-\(UUID().uuidString.prefix(8).lowercased())"
        var configuration: KafkaClientConfiguration {
            KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers])
        }

        init(_ broker: KafkaBroker, partitions: Int = 2) throws {
            self.broker = broker
            try KafkaAdmin(configuration: configuration, logger: logger).createTopic(name, partitions: partitions)
        }

        func produce(_ count: Int, to partition: Int32 = 0) throws {
            try KafkaProducer(configuration: configuration, logger: logger).sendAll(
                (0..<count).map { KafkaRecord(topic: name, partition: partition, value: Array("\($0)".utf8)) },
                timeout: .seconds(60)
            )
        }

        /// Sets what a group without members has committed, for every partition.
        func commit(_ offset: Int, group: String) async throws {
            try await KafkaTool.run(
                "kafka-consumer-groups.sh",
                [
                    "--bootstrap-server", broker.bootstrapServers, "--group", group, "--topic", name,
                    "--reset-offsets", "--to-offset", "\(offset)", "--execute",
                ]
            )
        }

        func cluster() throws -> KafkaLagCluster {
            try KafkaLagCluster(LagConnection.sample(broker.bootstrapServers).cluster, logger: logger)
        }

        /// Reads the lag of one group.
        func read(
            _ cluster: KafkaLagCluster,
            group: String,
            topics: [String]? = nil,
            startsAtBeginning: Bool = true,
            recent: GroupLag? = nil
        ) -> Result<GroupLag, LagError>? {
            let request = LagRequest(
                key: SinkKey(namespace: "data", name: "sink"),
                group: group,
                topics: topics ?? [name],
                startsAtBeginning: startsAtBeginning,
                recent: recent
            )
            return cluster.read([request], until: .now + .seconds(60)) { false }[request.key]
        }
    }

    @Test("counts from the committed offset, and without one from where the group would begin")
    func offsets() async throws {
        let topic = try Topic(.shared())
        try topic.produce(100)
        try topic.produce(7, to: 1)
        let cluster = try topic.cluster()
        let fresh = try #require(try topic.read(cluster, group: "fresh")?.get())
        #expect(fresh.total == 107 && fresh.partitions.allSatisfy { $0.committed == nil } && fresh.isStable == true)
        #expect(try topic.read(cluster, group: "fresh", startsAtBeginning: false)?.get().total == 0)
        try await topic.commit(5, group: "g-\(topic.name)")
        let lag = try #require(try topic.read(cluster, group: "g-\(topic.name)")?.get())
        #expect(
            lag.partitions == [
                .init(topic: topic.name, number: 0, committed: 5, start: 0, end: 100),
                .init(topic: topic.name, number: 1, committed: 5, start: 0, end: 7),
            ]
        )
        #expect(lag.total == 97 && lag.unknownPartitions == 0)
        // A regular expression finds the same topic among all.
        let pattern = topic.read(cluster, group: "g-\(topic.name)", topics: ["^(lag-\(topic.name.dropFirst(4))+)$"])
        #expect(try pattern?.get().total == 97)
        #expect(try topic.read(cluster, group: "x", topics: ["^(no-such-.*)$"])?.get().partitions.isEmpty == true)
    }

    @Test("what was read is believed only while nothing came")
    func believed() async throws {
        let topic = try Topic(.shared(), partitions: 1)
        let group = "g-\(topic.name)"
        try topic.produce(10)
        try await topic.commit(10, group: group)
        let cluster = try topic.cluster()
        let first = try #require(try topic.read(cluster, group: group)?.get())
        #expect(first.total == 0)
        // Set back by hand: not seen as long as the earlier reading counts, but without it.
        try await topic.commit(3, group: group)
        #expect(try topic.read(cluster, group: group, recent: first)?.get().total == 0)
        #expect(try topic.read(cluster, group: group)?.get().total == 7)
        try topic.produce(1)
        #expect(try topic.read(cluster, group: group, recent: first)?.get().total == 8)
    }

    @Test("an open transaction is no lag, a marker behind the last record is")
    func transactions() async throws {
        let topic = try Topic(.shared(), partitions: 1)
        let group = "g-\(topic.name)"
        func perform(_ count: Int, throughput: Int, duration: Int) -> [String] {
            [
                "--topic", topic.name, "--num-records", "\(count)", "--record-size", "10", "--throughput",
                "\(throughput)", "--transactional-id", topic.name, "--transaction-duration-ms", "\(duration)",
                "--producer-props", "bootstrap.servers=\(topic.broker.bootstrapServers)",
            ]
        }
        try await KafkaTool.run("kafka-producer-perf-test.sh", perform(50, throughput: -1, duration: 600_000))
        let cluster = try topic.cluster()
        // 50 records and their marker: a worker that has read them all commits 51.
        let done = try #require(try topic.read(cluster, group: group)?.get())
        #expect(done.total == 51)
        try await topic.commit(51, group: group)
        #expect(try topic.read(cluster, group: group)?.get().total == 0)
        let open = try KafkaTool(
            "kafka-producer-perf-test.sh",
            perform(1_000_000, throughput: 500, duration: 600_000)
        )
        defer { open.kill() }
        let reader = OffsetReader(
            try ClusterConnection(
                configuration: KafkaClientConfiguration([
                    "bootstrap.servers": topic.broker.bootstrapServers, "isolation.level": "read_uncommitted",
                ]),
                logger: Self.logger
            ),
            group: group
        )
        let partition = TopicPartition(topic: topic.name, partition: 0)
        let deadline = ContinuousClock.now + .seconds(60)
        while try reader.watermarks([partition], timeout: .seconds(20))[partition]?.high ?? 0 < 300,
            ContinuousClock.now < deadline
        { try await Task.sleep(for: .milliseconds(100)) }
        #expect(try reader.watermarks([partition], timeout: .seconds(20))[partition]?.high ?? 0 >= 300)
        #expect(try topic.read(cluster, group: group)?.get().total == 0)
    }

    @Test("a topic that was deleted is an error with its name, and no lag of zero")
    func deletedTopic() async throws {
        let topic = try Topic(.shared())
        let cluster = try topic.cluster()
        #expect(try topic.read(cluster, group: "g")?.get().total == 0)
        try await KafkaTool.run(
            "kafka-topics.sh",
            ["--bootstrap-server", topic.broker.bootstrapServers, "--delete", "--topic", topic.name]
        )
        let deadline = ContinuousClock.now + .seconds(60)
        var message: String?
        while message == nil, ContinuousClock.now < deadline {
            if case .failure(let error)? = topic.read(cluster, group: "g") { message = error.message }
        }
        #expect(message?.contains(topic.name) == true)
    }

    @Test("a group that hands partitions over is not stable")
    func rebalance() async throws {
        let topic = try Topic(.shared())
        let group = "g-\(topic.name)"
        let cluster = try topic.cluster()
        var configuration = topic.configuration
        configuration.values.merge([
            "group.id": group, "session.timeout.ms": "30000", "enable.auto.commit": "false",
            "enable.auto.offset.store": "false", "partition.assignment.strategy": "range",
        ]) { $1 }
        func member() throws -> GroupMember {
            try GroupMember(configuration: configuration, logger: Self.logger)
        }
        func isStable() throws -> Bool? { try topic.read(cluster, group: group)?.get().isStable }
        #expect(try isStable() == true)
        var first = try member()
        try first.subscribe(to: [topic.name])
        let deadline = ContinuousClock.now + .seconds(120)
        var held: [TopicPartition] = []
        while held.isEmpty, ContinuousClock.now < deadline {
            for event in try first.poll(maximumMessages: 1, timeout: .milliseconds(50)).events {
                guard case .assigned(let partitions) = event else { continue }
                try first.assign(partitions, at: Dictionary(uniqueKeysWithValues: partitions.map { ($0, 0) }))
                held = partitions
            }
        }
        #expect(held.count == 2)
        while try isStable() != true, ContinuousClock.now < deadline {}
        #expect(try isStable() == true)
        // The first does not give its partitions back, so the second waits for them.
        var second = try member()
        try second.subscribe(to: [topic.name])
        while try isStable() != false, ContinuousClock.now < deadline {
            _ = try second.poll(maximumMessages: 1, timeout: .milliseconds(50))
        }
        #expect(try isStable() == false)
        first.close(timeout: .seconds(5))
        second.close(timeout: .seconds(5))
    }

    @Test("a broker that is killed in the middle of fifty readings takes nobody along")
    func killedBroker() async throws {
        let broker = try KafkaBroker.own()
        let topic = try Topic(broker, partitions: 4)
        try topic.produce(100)
        let cluster = try topic.cluster()
        let requests = (0..<50).map {
            LagRequest(
                key: SinkKey(namespace: "data", name: "\($0)"),
                group: "g-\($0)",
                topics: [topic.name],
                startsAtBeginning: true
            )
        }
        for turn in 0..<3 {
            async let outcomes = Task.detached {
                cluster.read(requests, until: .now + .seconds(60)) { false }
            }.value
            // A little later each time.
            try await Task.sleep(for: .milliseconds(60 + 100 * turn))
            try broker.kill()
            let read = await outcomes
            #expect(!read.isEmpty)
            for case .success(let lag) in read.values where lag.unknownPartitions == 0 { #expect(lag.total == 100) }
            try broker.restart()
            // The same client reads again when the broker is back.
            let deadline = ContinuousClock.now + .seconds(90)
            var total: Int?
            while total != 100, ContinuousClock.now < deadline {
                total = try? cluster.read([requests[0]], until: .now + .seconds(30)) { false }[requests[0].key]?.get()
                    .total
            }
            #expect(total == 100)
        }
    }

    @Test("two hundred sinks of one cluster are read beside a broker that accepts and never answers")
    func manySinks() async throws {
        let topic = try Topic(.shared())
        try topic.produce(30)
        let hung = [HungPort(), HungPort(), HungPort()]
        let registry = MetricsRegistry()
        let reader = LagReader(metrics: ScalingMetrics(registry: registry), logger: Self.logger)
        for (number, port) in hung.enumerated() {
            reader.follow(SinkKey(namespace: "hung", name: "\(number)"), .sample(port.address))
        }
        let keys = (0..<200).map { SinkKey(namespace: "data", name: "\($0)") }
        for key in keys {
            reader.follow(
                key,
                .sample(topic.broker.bootstrapServers, group: "g-\(key.name)-\(topic.name)", topics: topic.name)
            )
        }
        let shutdown = GracefulShutdown()
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await GracefulShutdown.$current.withValue(shutdown) { try await reader.run() }
            }
            let deadline = begin + .seconds(120)
            let all = keys + (0..<3).map { SinkKey(namespace: "hung", name: "\($0)") }
            while !all.allSatisfy({ reader.latest($0) != nil }), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(50))
            }
            shutdown.trigger()
            try await group.waitForAll()
        }
        for key in keys { #expect(try reader.latest(key)?.outcome.get().total == 30) }
        for number in 0..<3 {
            guard case .failure? = reader.latest(SinkKey(namespace: "hung", name: "\(number)"))?.outcome else {
                Issue.record("the hung cluster \(number) was read")
                continue
            }
        }
        #expect(registry.render().contains("lag_scrape_errors_total{name=\"0\",namespace=\"hung\"}"))
        _ = consume hung
    }
}
