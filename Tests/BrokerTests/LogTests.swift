import Foundation
import Glibc
import Kafka
import KafkaBroker
import KustoEmulator
import Testing

@Suite(
    "Kafka's log is not a plain row of records",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn, "needs KAFKA_HOME")
)
struct LogTests {
    private func stop(_ worker: Program) async throws {
        worker.kill(SIGTERM)
        #expect(try await worker.exitCode(within: .seconds(60)) == 0, "\(worker.output.suffix(5))")
    }

    private func rows(of harness: SinkHarness, from id: Int) throws -> Int {
        let query = "\(SinkHarness.table) | where id >= \(id) | distinct id | count"
        return Int(try harness.cluster.query(query).rows.first?.first?.text ?? "") ?? 0
    }

    @Test("when the broker is killed and comes back: the worker goes on by itself", .timeLimit(.minutes(10)))
    func survivesBrokerCrash() async throws {
        let broker = try KafkaBroker.own()
        let harness = try SinkHarness("crash", broker: broker)
        let worker = try harness.worker()
        try await harness.produce(0..<5000)
        try await harness.arrival(of: 5000, within: .seconds(60))
        try broker.kill()
        try await worker.line(containing: "the Kafka client reports an error", within: .seconds(60))
        try await worker.line(containing: "no broker answers", within: .seconds(60))
        try broker.restart()
        try await worker.line(containing: "a problem is resolved", within: .seconds(60))
        try await harness.produce(5000..<10_000)
        try await harness.arrival(of: 10_000, within: .seconds(180))
        try await harness.drained(within: .seconds(60))
        try await stop(worker)
        #expect(try harness.counts(below: 10_000).distinct == 10_000)
        await harness.close()
    }

    @Test(
        "when records are written in transactions: those that were not committed are left out",
        .timeLimit(.minutes(4))
    )
    func readsCommittedTransactions() async throws {
        let broker = try KafkaBroker.shared()
        let harness = try SinkHarness("transactions", partitions: 2)
        func arguments(
            _ id: String,
            records: Int,
            throughput: Int,
            transaction milliseconds: Int,
            timeout: Int = 60_000
        ) -> [String] {
            [
                "--topic", harness.topic, "--num-records", String(records), "--throughput", String(throughput),
                "--payload-monotonic", "--transactional-id", "\(harness.topic)-\(id)",
                "--transaction-duration-ms", String(milliseconds),
                "--producer-props", "bootstrap.servers=\(broker.bootstrapServers)", "transaction.timeout.ms=\(timeout)",
            ]
        }
        let perf = "kafka-producer-perf-test.sh"
        let worker = try harness.worker()
        // The records are the numbers from 0 on, each time.
        try await KafkaTool.run(perf, arguments("first", records: 3000, throughput: -1, transaction: 20))
        try await harness.arrival(of: 3000, within: .seconds(60))
        // A producer that dies in its transaction; the broker aborts it after a while.
        let before = try harness.offsets().map(\.end)
        let open = try KafkaTool(
            perf,
            arguments("open", records: 1_000_000, throughput: 1000, transaction: 3_600_000, timeout: 4000)
        )
        let deadline = ContinuousClock.now + .seconds(60)
        while try harness.offsets().map(\.end) == before, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        open.kill()
        try await KafkaTool.run(perf, arguments("second", records: 2000, throughput: -1, transaction: 20))
        // After the last record there are only marks of transactions: they must count as read, or the lag would stay.
        try await harness.drained(within: .seconds(60))
        try await stop(worker)
        #expect(try harness.counts() == (5000, 3000))
        #expect(try harness.offsets().allSatisfy { $0.committed == $0.end })
        await harness.close()
    }

    @Test("when a compacted topic has holes", .timeLimit(.minutes(4)))
    func readsCompactedTopics() async throws {
        let broker = try KafkaBroker.shared()
        guard let folder = broker.folder else { return }
        let harness = try SinkHarness("compacted", partitions: 2)
        try await KafkaTool.run(
            "kafka-configs.sh",
            [
                "--bootstrap-server", broker.bootstrapServers, "--alter", "--entity-type", "topics",
                "--entity-name", harness.topic, "--add-config",
                "cleanup.policy=compact,segment.ms=100,min.cleanable.dirty.ratio=0.01",
            ]
        )
        // Writes the same keys over and over, until the cleaner has been through more offsets of both partitions than
        // there are keys: then it has found some twice.
        let keys = 500
        var rounds = 0
        let deadline = ContinuousClock.now + .seconds(90)
        var cleaned = 0
        while cleaned < 2 {
            guard ContinuousClock.now < deadline else { throw Program.Timeout(description: "nothing was compacted") }
            try await harness.produce(rounds * keys..<(rounds + 1) * keys, key: { "key-\($0 % keys)" })
            rounds += 1
            let file = "\(folder)/data/cleaner-offset-checkpoint"
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            cleaned = text.split(separator: "\n").count { line in
                let fields = line.split(separator: " ")
                return fields.count == 3 && fields[0] == harness.topic && Int(fields[2]) ?? 0 > keys
            }
        }
        let worker = try harness.worker()
        try await harness.drained(within: .seconds(60))
        try await stop(worker)
        #expect(try rows(of: harness, from: (rounds - 1) * keys) == keys)
        #expect(try harness.counts().rows < rounds * keys)
        await harness.close()
    }

    @Test("when the topic was made anew while no worker ran", .timeLimit(.minutes(4)))
    func readsTopicMadeAnew() async throws {
        let broker = try KafkaBroker.shared()
        let harness = try SinkHarness("anew", partitions: 2)
        try await harness.produce(0..<3000)
        let first = try harness.worker()
        try await harness.arrival(of: 3000, within: .seconds(60))
        try await stop(first)
        try await KafkaTool.run(
            "kafka-topics.sh",
            ["--bootstrap-server", broker.bootstrapServers, "--delete", "--topic", harness.topic]
        )
        let client = KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers])
        try KafkaAdmin(configuration: client, logger: SinkHarness.logger).createTopic(harness.topic, partitions: 2)
        // Fewer than before, so the old offsets lie beyond the new end.
        try await harness.produce(3000..<4000)
        let second = try harness.worker()
        try await harness.arrival(of: 4000, within: .seconds(60))
        try await harness.drained(within: .seconds(60))
        try await stop(second)
        #expect(try harness.counts() == (4000, 4000))
        await harness.close()
    }
}
