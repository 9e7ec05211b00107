import Foundation
import Glibc
import Kafka
import KafkaBroker
import KustoEmulator
import Testing

@Suite(
    "Where reading begins and goes on",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn, "needs KAFKA_HOME")
)
struct PositionTests {
    private static let reset = "consumer.override.auto.offset.reset"

    private func stop(_ worker: Program) async throws {
        worker.kill(SIGTERM)
        #expect(try await worker.exitCode(within: .seconds(60)) == 0, "\(worker.output.suffix(5))")
    }

    private func topics(_ harness: SinkHarness, _ arguments: String...) async throws {
        try await KafkaTool.run(
            "kafka-topics.sh",
            ["--bootstrap-server", harness.broker.bootstrapServers, "--topic", harness.topic] + arguments
        )
    }

    /// Produces records to some partitions, with a producer that has just asked how many there are.
    private func produce(_ harness: SinkHarness, _ ids: Range<Int>, to partitions: [Int32]) async throws {
        let client = KafkaClientConfiguration(["bootstrap.servers": harness.broker.bootstrapServers])
        let producer = try KafkaProducer(configuration: client, logger: SinkHarness.logger)
        for id in ids {
            try await producer.send(
                KafkaRecord(
                    topic: harness.topic,
                    partition: partitions[id % partitions.count],
                    value: Array("\(id),r".utf8)
                )
            )
        }
    }

    @Test(
        "with latest a group begins at the end once, and misses nothing from then on",
        .timeLimit(.minutes(4)),
        arguments: [SIGTERM, SIGKILL]
    )
    func latestBeginsOnce(signal: Int32) async throws {
        let harness = try SinkHarness("latest", partitions: 4)
        try await harness.produce(0..<400)
        let changes = [Self.reset: "latest"]
        let first = try harness.worker(signal == SIGKILL ? SinkHarness.diesSoon.merging(changes) { $1 } : changes)
        try await first.line(containing: "partitions assigned", within: .seconds(60))
        // Nothing was read from any of the partitions, yet the group has an offset in each.
        try await harness.drained(within: .seconds(60))
        first.kill(signal)
        #expect(try await first.exitCode(within: .seconds(60)) == (signal == SIGTERM ? 0 : 128 + signal))
        try await harness.produce(400..<1000)
        let second = try harness.worker(changes)
        try await harness.drained(within: .seconds(60))
        try await stop(second)
        #expect(try harness.counts() == (600, 600))
        await harness.close()
    }

    @Test("a partition that is added while members run is read from its beginning", .timeLimit(.minutes(4)))
    func readsAddedPartitions() async throws {
        let harness = try SinkHarness("added", partitions: 2)
        try await harness.produce(0..<100)
        let changes = [Self.reset: "latest", "consumer.override.metadata.max.age.ms": "1000"]
        let first = try harness.worker(changes)
        try await first.line(containing: "partitions assigned", within: .seconds(60))
        try await harness.drained(within: .seconds(60))
        first.kill(SIGSTOP)
        try await topics(harness, "--alter", "--partitions", "4")
        // Before any member has heard of the new partitions.
        try await produce(harness, 100..<600, to: [2, 3])
        first.kill(SIGCONT)
        // A member that never saw the topic with two partitions gets some of them.
        let second = try harness.worker(changes)
        try await harness.drained(within: .seconds(60))
        try await stop(first)
        try await stop(second)
        #expect(try harness.counts() == (500, 500))
        await harness.close()
    }

    @Test(
        "records that retention deleted are named, counted and passed",
        .timeLimit(.minutes(4)),
        arguments: ["earliest", "latest"]
    )
    func passesExpiredRecords(policy: String) async throws {
        let harness = try SinkHarness("expired", partitions: 1)
        try await harness.produce(0..<100)
        let changes = [Self.reset: policy]
        let first = try harness.worker(["consumer.override.auto.offset.reset": "earliest"])
        try await harness.arrival(of: 100, within: .seconds(60))
        try await stop(first)
        try await harness.produce(100..<300)
        let file = harness.folder + "/delete.json"
        try """
        {"version":1,"partitions":[{"topic":"\(harness.topic)","partition":0,"offset":250}]}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        try await KafkaTool.run(
            "kafka-delete-records.sh",
            ["--bootstrap-server", harness.broker.bootstrapServers, "--offset-json-file", file]
        )
        let second = try harness.worker(changes)
        let line = try await second.line(containing: "deleted by retention", within: .seconds(60))
        #expect(line.contains("kafka.offsets=100..249") && line.contains("records=150"), "\(line)")
        try await harness.drained(within: .seconds(60))
        try await stop(second)
        #expect(try harness.counts() == (150, 150))
        await harness.close()
    }

    @Test(
        "a topic that is made anew while the worker runs is read from its beginning",
        .timeLimit(.minutes(4)),
        arguments: ["earliest", "latest"]
    )
    func readsTopicMadeAnew(policy: String) async throws {
        let harness = try SinkHarness("renewed", partitions: 1)
        let changes = [
            Self.reset: policy, "consumer.override.metadata.max.age.ms": "1000",
            // The member is stopped for a while here, and must not time out.
            "consumer.override.session.timeout.ms": "45000", "flush.interval.ms": "200",
        ]
        try await harness.produce(0..<10)
        let worker = try harness.worker(changes)
        try await worker.line(containing: "partitions assigned", within: .seconds(60))
        try await harness.drained(within: .seconds(60))
        try await harness.produce(10..<1000)
        try await harness.drained(within: .seconds(60))
        // The member sees nothing of it until it asks for an offset that the new log does not have.
        worker.kill(SIGSTOP)
        try await topics(harness, "--delete")
        try await topics(harness, "--create", "--partitions", "1")
        try await produce(harness, 1000..<1200, to: [0])
        worker.kill(SIGCONT)
        try await harness.drained(within: .seconds(90))
        // The new log grows past the old offset, and nothing of it is passed over.
        try await produce(harness, 1200..<2400, to: [0])
        try await harness.drained(within: .seconds(60))
        try await stop(worker)
        let expected = policy == "latest" ? 2390 : 2400
        #expect(try harness.counts() == (expected, expected))
        await harness.close()
    }

    @Test("a topic that was deleted is told to be gone", .timeLimit(.minutes(3)))
    func tellsOfDeletedTopic() async throws {
        let harness = try SinkHarness("gone", partitions: 1)
        let worker = try harness.worker(["consumer.override.metadata.max.age.ms": "500"])
        try await harness.produce(0..<10)
        try await harness.arrival(of: 10, within: .seconds(60))
        try await topics(harness, "--delete")
        try await worker.line(containing: "topic \(harness.topic) is gone", within: .seconds(60))
        try await topics(harness, "--create", "--partitions", "1")
        try await worker.line(containing: "a problem is resolved", within: .seconds(60))
        try await stop(worker)
        await harness.close()
    }

    @Test("a broken batch stops the worker with its place, and a restart too", .timeLimit(.minutes(4)))
    func stopsAtCorruptData() async throws {
        let broker = try KafkaBroker.own()
        guard let folder = broker.folder else { return }
        let harness = try SinkHarness("corrupt", partitions: 1, broker: broker)
        for start in stride(from: 0, to: 1000, by: 100) { try await harness.produce(start..<start + 100) }
        try Self.damage("\(folder)/data/\(harness.topic)-0/00000000000000000000.log", mark: "555,r555")
        for policy in ["earliest", "latest"] {
            let worker = try harness.worker([Self.reset: policy])
            if policy == "latest" {
                // The group has committed an offset by now, so the policy does not decide where reading begins.
                #expect(try harness.offsets().first?.committed ?? 0 > 0)
            }
            #expect(try await worker.exitCode(within: .seconds(60)) == 75, "\(worker.output.suffix(5))")
            let line = worker.output.last ?? ""
            #expect(line.contains("topic \(harness.topic) partition 0 cannot be read at offset 5"), "\(line)")
            #expect(line.contains("--reset-offsets"), "\(line)")
        }
        let committed = try #require(try harness.offsets().first).committed
        try await harness.ingested()
        #expect(committed > 0 && committed <= 555)
        #expect(try harness.counts().distinct == Int(committed))
        await harness.close()
    }

    /// Flips a byte of a record in a log file.
    private static func damage(_ path: String, mark: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(data.range(of: Data(mark.utf8))?.lowerBound)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: Data([data[place] ^ 1]))
        try file.close()
    }

    @Test("a member that is fenced by another one ends with the reason", .timeLimit(.minutes(3)))
    func endsWhenFenced() async throws {
        let harness = try SinkHarness("fenced", partitions: 2)
        let changes = ["consumer.override.group.instance.id": "same", "consumer.override.session.timeout.ms": "6000"]
        let first = try harness.worker(changes)
        try await first.line(containing: "partitions assigned", within: .seconds(60))
        let second = try harness.worker(changes)
        #expect(try await first.exitCode(within: .seconds(60)) == 69, "\(first.output.suffix(5))")
        #expect(first.output.last?.contains("group.instance.id") == true, "\(first.output.suffix(3))")
        try await harness.produce(0..<100)
        try await harness.arrival(of: 100, within: .seconds(60))
        try await stop(second)
        await harness.close()
    }

    @Test("a stop ends in time although neither Kafka nor ADX answers", .timeLimit(.minutes(3)))
    func stopsWithEverythingSilent() async throws {
        let broker = try KafkaBroker.own()
        let harness = try SinkHarness("silent", partitions: 2, broker: broker)
        let worker = try harness.worker([
            "log.level": "DEBUG",
            // Otherwise the partitions count as lost after ten seconds, and there is nothing left to wait for.
            "consumer.override.session.timeout.ms": "45000",
        ])
        try await harness.produce(0..<100)
        try await harness.arrival(of: 100, within: .seconds(60))
        // Else the last commit takes its two seconds, too.
        try await harness.drained(within: .seconds(60))
        for endpoint in [FaultEndpoint.blob, .queue, .management] {
            _ = harness.cluster.add(Fault(.silence, at: endpoint))
        }
        let sealed = worker.output.count { $0.contains("batch sealed") }
        try await harness.produce(100..<200)
        try await worker.line(containing: "batch sealed", times: sealed + 1, within: .seconds(60))
        try broker.pause()
        worker.kill(SIGTERM)
        // The drain takes 20 seconds then, and Kubernetes kills after 30.
        #expect(try await worker.exitCode(within: .seconds(29)) == 0, "\(worker.output.suffix(5))")
        #expect(worker.output.contains { $0.contains("stopped before everything read was ingested") })
        try broker.resume()
        await harness.close()
    }
}
