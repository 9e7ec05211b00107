import Foundation
import Kafka
import KafkaBroker
import KustoEmulator
import Logging
import Synchronization
import Testing

/// What a test from end to end needs: a topic on the real broker, an emulated ADX here, and workers as processes.
final class SinkHarness: Sendable {
    static let database = "Db"
    static let table = "Events"
    static let logger = Logger(label: "test", sink: MemoryLogSink())

    let topic: String
    let broker: KafkaBroker
    let cluster: EmulatedCluster
    let folder: String
    private let partitions: Int
    private let producer: KafkaProducer
    private let workers = Mutex<[Program]>([])

    /// Makes the topic on the broker that all tests share, or on the one given.
    init(
        _ name: String,
        partitions: Int = 8,
        broker: KafkaBroker? = nil,
        authentication: AuthenticationPolicy = AuthenticationPolicy(applications: ["app": "pl4nted-s3cret-value"])
    ) throws {
        self.broker = try broker ?? KafkaBroker.shared()
        self.partitions = partitions
        let unique = "\(name)-\(UUID().uuidString.prefix(8).lowercased())"
        topic = unique
        folder = FileManager.default.temporaryDirectory.path + "/kusto-sink-\(unique)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        cluster = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                splitsEndpoints: true,
                databases: [Self.database],
                setupCommands: [".create table \(Self.table) (id: long, body: string)"],
                authentication: authentication
            ),
            logger: Self.logger
        )
        try cluster.start()
        let client = KafkaClientConfiguration(["bootstrap.servers": self.broker.bootstrapServers, "linger.ms": "5"])
        try KafkaAdmin(configuration: client, logger: Self.logger).createTopic(topic, partitions: partitions)
        producer = try KafkaProducer(configuration: client, logger: Self.logger)
    }

    /// Ends the emulator and removes what was written.
    func close() async {
        await cluster.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The connector's own properties, with short times.
    func properties(_ changes: [String: String?] = [:]) -> [String: String] {
        var properties = [
            "name": topic,
            "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
            "topics": topic,
            "tasks.max": "1",
            "bootstrap.servers": broker.bootstrapServers,
            "kusto.ingestion.url": cluster.ingestURL,
            "kusto.query.url": cluster.engineURL,
            "aad.auth.authority": "tenant",
            "aad.auth.appid": "app",
            "aad.auth.appkey": "pl4nted-s3cret-value",
            "kusto.tables.topics.mapping":
                "[{'topic': '\(topic)', 'db': '\(Self.database)', 'table': '\(Self.table)', 'format': 'csv'}]",
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            "flush.interval.ms": "500",
            "flush.size.bytes": "65536",
            "errors.retry.backoff.time.ms": "100",
            "tempdir.path": folder,
            "commit.interval.ms": "200",
            "metrics.address": "off",
            "log.format": "text",
            // Long enough for a machine that is busy for seconds: whoever times out reads records again.
            "consumer.override.session.timeout.ms": "10000",
            "consumer.override.heartbeat.interval.ms": "300",
            "consumer.override.auto.offset.reset": "earliest",
        ]
        for (name, value) in changes { properties[name] = value }
        return properties
    }

    /// For a worker that is killed: its group soon gives it up.
    static let diesSoon = ["consumer.override.session.timeout.ms": "2000"]

    /// Starts a worker.
    func worker(
        _ changes: [String: String?] = [:],
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> Program {
        let file = folder + "/\(UUID().uuidString).properties"
        let text = properties(changes).map { "\($0.key)=\($0.value)\n" }.sorted().joined()
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let worker = try Program("kusto-sink-worker", arguments + ["--config", file], environment: environment)
        workers.withLock { $0.append(worker) }
        return worker
    }

    /// Produces records `id,body` with these ids, and returns when all are acknowledged.
    ///
    /// Those without a key are spread evenly over the partitions that the topic was made with, a run of neighbours in
    /// each. librdkafka itself fills one partition for as long as `linger.ms` says, so how many get something would
    /// depend on the machine's speed.
    func produce(
        _ ids: Range<Int>,
        body: @escaping @Sendable (Int) -> String = { "r\($0)" },
        key: @escaping @Sendable (Int) -> String? = { _ in nil }
    ) async throws {
        let producer = producer
        let (topic, partitions) = (topic, partitions)
        let (first, run) = (ids.lowerBound, min(1000, max(1, ids.count / partitions)))
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try producer.sendAll(
                            ids.lazy.map { id in
                                let key = key(id)
                                return KafkaRecord(
                                    topic: topic,
                                    partition: key == nil ? Int32((id - first) / run % partitions) : nil,
                                    key: key.map { Array($0.utf8) },
                                    value: Array("\(id),\(body(id))".utf8)
                                )
                            },
                            timeout: .seconds(120)
                        )
                    }
                )
            }
        }
    }

    /// Produces records `id,body` to partition 0 as one batch of Kafka's, which a reader therefore gets as a whole.
    func produceAtOnce(_ ids: Range<Int>) async throws {
        let client = KafkaClientConfiguration([
            "bootstrap.servers": broker.bootstrapServers, "linger.ms": "60000", "batch.num.messages": "\(ids.count)",
        ])
        let producer = try KafkaProducer(configuration: client, logger: Self.logger)
        let topic = topic
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                group.addTask {
                    try await producer.send(KafkaRecord(topic: topic, partition: 0, value: Array("\(id),r\(id)".utf8)))
                }
            }
            try await group.waitForAll()
        }
    }

    /// Rows in the table and different ids among them, of ids below `limit`.
    func counts(below limit: Int = 2_000_000) throws -> (rows: Int, distinct: Int) {
        let rows = try cluster.rowCount(Self.table)
        let occurrences = try cluster.occurrences(of: "id", in: Self.table, below: limit)
        return (rows, occurrences.count { $0 > 0 })
    }

    /// Waits until the table holds at least `rows` rows of different ids.
    func arrival(of rows: Int, within limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if try cluster.rowCount(Self.table) >= rows, try counts().distinct >= rows { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        let behind = try offsets().filter { $0.committed < $0.end }.map { "\($0)" }
        let logs = workers.withLock { $0 }.filter(\.isRunning).map {
            "\($0.pid):\n" + $0.output.suffix(60).joined(separator: "\n")
        }
        throw Program.Timeout(
            description: "\(try counts()) after \(limit), expected \(rows); not committed: \(behind); workers:\n"
                + logs.joined(separator: "\n")
        )
    }

    /// Waits until the group has committed every partition up to its end, and what it committed is in the table.
    func drained(within limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            // A partition whose leader does not answer now is asked again.
            let outcome = Result { try offsets() }
            if case .success(let all) = outcome, !all.isEmpty, all.allSatisfy({ $0.committed == $0.end }) { break }
            guard ContinuousClock.now < deadline else {
                throw Program.Timeout(description: "not committed after \(limit): \(outcome)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        try await ingested(within: limit)
    }

    /// Waits until the emulator has ingested what was queued; that it was queued is what offsets are committed for.
    func ingested(within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        while !cluster.isIdle {
            guard ContinuousClock.now < deadline else {
                throw Program.Timeout(description: "queued batches were not ingested after \(limit)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The group's committed offsets and the partitions' ends.
    func offsets() throws -> [(partition: Int32, committed: Int64, end: Int64)] {
        let connection = try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers]),
            logger: Self.logger
        )
        let reader = OffsetReader(connection, group: "connect-\(topic)")
        let partitions = (0..<Int32(try connection.topics(timeout: .seconds(30))[topic]?.get() ?? 0)).map {
            TopicPartition(topic: topic, partition: $0)
        }
        let committed = try reader.committed(partitions, timeout: .seconds(30))
        let ends = try reader.watermarks(partitions, timeout: .seconds(30))
        return try partitions.map { partition in
            (partition.partition, committed[partition]?.offset ?? 0, try #require(ends[partition]).high)
        }
    }
}
