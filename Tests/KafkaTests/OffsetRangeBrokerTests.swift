import Kafka
import KafkaBroker
import Testing

@Suite(
    "Reading a range of offsets again, on a real broker",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn, "needs KAFKA_HOME"),
    .timeLimit(.minutes(5))
)
struct OffsetRangeBrokerTests {
    private func read(
        _ topic: BrokerTopic,
        _ range: Range<Int64>,
        _ more: [String: String] = ["isolation.level": "read_committed"]
    ) throws -> (offsets: [Int64], bytes: Int, error: OffsetRangeError?) {
        var configuration = topic.configuration
        configuration.values.merge(["group.id": "g", "check.crcs": "true"].merging(more) { $1 }) { $1 }
        let reader = OffsetRangeReader(
            configuration: configuration,
            limits: .init(endPatience: .milliseconds(300)),
            logger: Fixture.logger
        )
        var reading = try reader.open(topic.partition, range, timeout: .seconds(60))
        var (offsets, bytes): ([Int64], Int) = ([], 0)
        do throws(OffsetRangeError) {
            while let chunk = try reading.next() {
                offsets += (0..<chunk.count).map { chunk.offset(at: $0) }
                bytes += chunk.runs.reduce(0) { $0 + $1.bytes }
            }
            return (offsets, bytes, nil)
        } catch {
            return (offsets, bytes, error)
        }
    }

    private func end(_ topic: BrokerTopic) throws -> Int64 {
        var configuration = topic.configuration
        configuration.values["isolation.level"] = "read_uncommitted"
        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        let ends = try OffsetReader(connection, group: "x").watermarks([topic.partition], timeout: .seconds(20))
        return try #require(ends[topic.partition]).high
    }

    @Test("passes over a transaction that was aborted and its mark, wherever the range ends")
    func aborted() async throws {
        let topic = try BrokerTopic("again-aborted")
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
        let deadline = ContinuousClock.now + .seconds(60)
        while try end(topic) < 100, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(100)) }
        transaction.kill()
        // The range may end inside the open transaction only when somebody made an error: nothing was read there.
        #expect(try read(topic, 0..<50).error?.code == .endsEarly(end: 10))
        try await KafkaTool.run(
            "kafka-transactions.sh",
            [
                "--bootstrap-server", topic.broker.bootstrapServers, "abort", "--topic", topic.name, "--partition", "0",
                "--start-offset", "10",
            ]
        )
        let mark = try end(topic)
        #expect(mark > 100)
        // The end of the log is a mark, which is no record.
        for range in [0..<mark, 0..<(mark - 1), 0..<50, 0..<11, 0..<10] {
            let answer = try read(topic, range)
            #expect(answer.offsets == Array(0..<10) && answer.error == nil, "\(range): \(answer)")
        }
        try topic.produce(5) { Array("\($0)".utf8) }
        #expect(try read(topic, 3..<(mark + 2)).offsets == Array(3..<10) + [mark, mark + 1])
        #expect(try read(topic, 40..<60).offsets == [])
        #expect(try read(topic, 0..<60, ["isolation.level": "read_uncommitted"]).offsets == Array(0..<60))
    }

    @Test("says from which offset the log still is when retention was faster")
    func expired() throws {
        let topic = try BrokerTopic("again-expired")
        try topic.produce(100) { Array("\($0)".utf8) }
        try topic.deleteRecords(before: 40)
        let answer = try read(topic, 39..<60)
        #expect(answer.offsets == [])
        #expect(answer.error?.code == .expired(from: 40))
        for part in ["\(topic.name)-0", "from offset 39", "begins at offset 40"] {
            #expect(answer.error?.message.contains(part) == true, "\(answer.error?.message ?? "no error")")
        }
        #expect(try read(topic, 40..<60).offsets == Array(40..<60))
        #expect(try read(topic, 90..<120).error?.code == .endsEarly(end: 100))
    }

    @Test("a batch that is larger than every fetch limit is read")
    func large() throws {
        let topic = try BrokerTopic("again-large", settings: ["max.message.bytes": "20000000"])
        try topic.produce(30, ["message.max.bytes": "20000000", "batch.size": "20000000"]) { index in
            Array(repeating: UInt8(index), count: 300_000)
        }
        let answer = try read(
            topic,
            10..<25,
            [
                "fetch.max.bytes": "1000000", "max.partition.fetch.bytes": "1000",
                "receive.message.max.bytes": "1073741824",
            ]
        )
        #expect(answer.error == nil)
        #expect(answer.offsets == Array(10..<25))
        #expect(answer.bytes == 15 * 300_000)
    }

    @Test("records of a topic that the broker stamps say so")
    func timestamps() throws {
        let topic = try BrokerTopic("again-stamped", settings: ["message.timestamp.type": "LogAppendTime"])
        try topic.produce(2) { Array("\($0)".utf8) }
        let reader = OffsetRangeReader(configuration: topic.configuration, logger: Fixture.logger)
        var reading = try reader.open(topic.partition, 0..<2, timeout: .seconds(60))
        let chunk = try #require(try reading.next())
        #expect(
            (0..<chunk.count).map { chunk.timestampType(at: $0) } == Array(repeating: .appended, count: chunk.count)
        )
    }

    @Test("a topic that was made again, shorter, is told")
    func madeAgain() async throws {
        let topic = try BrokerTopic("again-made")
        try topic.produce(50) { Array("\($0)".utf8) }
        try topic.run(
            "kafka-topics",
            "--bootstrap-server",
            topic.broker.bootstrapServers,
            "--delete",
            "--topic",
            topic.name
        )
        let admin = try KafkaAdmin(configuration: topic.configuration, logger: Fixture.logger)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            try? admin.createTopic(topic.name, partitions: 1)
            if (try? end(topic)) == 0 { break }
            try await Task.sleep(for: .milliseconds(200))
        }
        try topic.produce(5) { Array("\($0)".utf8) }
        #expect(try read(topic, 30..<40).error?.code == .endsEarly(end: 5))
    }
}
