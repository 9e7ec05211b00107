import Daemon
import FoundationEssentials
import Kafka
import KustoEmulator
import Logging
import Metrics
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

private struct NoObserver: PipelineObserver {
    func taskTurned(_ task: Int) {}
    func taskJoined(_ task: Int) {}
    func taskEnded(_ task: Int) {}
}

/// Remembers which tasks have begun, joined the group and ended, in this order.
private final class TaskRecorder: PipelineObserver {
    private let state = Mutex<[String]>([])

    var events: [String] { state.withLock { $0 } }

    private func note(_ event: String) { state.withLock { $0.append(event) } }

    func taskStarted(_ task: Int) { note("started") }
    func taskTurned(_ task: Int) {}
    func taskJoined(_ task: Int) { note("joined") }
    func taskEnded(_ task: Int) { note("ended") }
}

@Suite("A worker whose Kafka clients are made anew", .serialized, .timeLimit(.minutes(5)))
struct WorkerRotationTests {
    private let kafka: KafkaMockCluster
    private let adx: EmulatedCluster
    private let folder: String
    private let log = MemoryLogSink()
    private let registry = MetricsRegistry()
    private var logger: Logger { Logger(label: "test", level: .info, sink: log) }

    init() throws {
        kafka = try KafkaMockCluster()
        try kafka.createTopic("a", partitions: 2)
        try kafka.createTopic("dead", partitions: 1)
        adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                databases: ["D"],
                setupCommands: [".create table T (n: int)"],
                authentication: AuthenticationPolicy(staticTokens: ["t"])
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
        folder = FileManager.default.temporaryDirectory.path + "/worker-rotation-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write("first")
        try write(protocol: "PLAINTEXT")
    }

    /// What brokers of the mock cluster refuse unless it is `PLAINTEXT`.
    private func write(protocol name: String) throws {
        try name.write(to: URL(filePath: "\(folder)/protocol"), atomically: true, encoding: .utf8)
    }

    /// A property that a client keeps for as long as it lives, as it keeps its certificates.
    private func write(_ rack: String) throws {
        try rack.write(to: URL(filePath: "\(folder)/rack"), atomically: true, encoding: .utf8)
    }

    private func settings() throws(ConfigurationError) -> SinkSettings {
        try SinkSettings(
            PropertySet([
                "name": "s", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
                "topics": "a", "bootstrap.servers": kafka.bootstrapServers, "kusto.ingestion.url": adx.url,
                "kusto.query.url": adx.url, "aad.auth.strategy": "az_dev_token", "aad.auth.accesstoken": "t",
                "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'T','format':'csv'}]",
                "key.converter": "StringConverter", "value.converter": "StringConverter",
                "flush.interval.ms": "200", "errors.retry.backoff.time.ms": "20", "commit.interval.ms": "100",
                "consumer.override.auto.offset.reset": "earliest", "consumer.override.session.timeout.ms": "6000",
                "consumer.override.heartbeat.interval.ms": "1000",
                "consumer.override.client.rack": "${directory:\(folder):rack}",
                "consumer.override.security.protocol": "${directory:\(folder):protocol}",
                "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "dead",
                "tempdir.path": FileManager.default.temporaryDirectory.path, "startup.timeout.ms": "120000",
            ])
        )
    }

    private func produce(_ numbers: Range<Int>) throws {
        let producer = try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": kafka.bootstrapServers]),
            logger: StartupSamples.logger
        )
        try producer.sendAll(
            numbers.map { KafkaRecord(topic: "a", partition: Int32($0 % 2), value: Array("\($0)".utf8)) },
            timeout: .seconds(120)
        )
    }

    private func await(_ isDone: () throws -> Bool) async throws {
        while try !isDone() { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func has(_ count: Int) throws -> Bool {
        try adx.occurrences(of: "n", in: "T", below: count).allSatisfy { $0 > 0 }
    }

    private func told(_ text: String) -> Int { log.entries.count { $0.message.contains(text) } }

    /// Runs a worker that looks for other credentials all the time, until `body` has ended.
    private func run(
        telling observer: any PipelineObserver = NoObserver(),
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let worker = SinkWorker(
            settings: try settings(),
            rereading: { () throws(ConfigurationError) in try settings() },
            rotationInterval: .milliseconds(100),
            registry: registry,
            observer: observer,
            logger: logger
        )
        let shutdown = GracefulShutdown()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await GracefulShutdown.$current.withValue(shutdown) { try await worker.run() } }
            group.addTask {
                try await body()
                shutdown.trigger()
            }
            // A failure of either ends both.
            try await group.waitForAll()
        }
        await adx.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    @Test("finishes its work, leaves the group and goes on in the same process, without losing a record")
    func restart() async throws {
        let tasks = TaskRecorder()
        try await run(telling: tasks) {
            try produce(0..<100)
            try await self.await { try has(100) }
            try write("second")
            var count = 100
            // Records come all the while.
            while told("start anew") == 0 || told("sink starts") < 2 {
                try produce(count..<(count + 10))
                count += 10
                try await Task.sleep(for: .milliseconds(50))
            }
            try produce(count..<(count + 100))
            let all = count + 100
            try await self.await { try has(all) }
        }
        #expect(told("start anew") == 1 && told("sink stopped") == 2)
        #expect(log.entries.allSatisfy { $0.level < .error }, "\(log.entries.map(\.message))")
        #expect(tasks.events == ["started", "joined", "ended", "started", "joined", "ended"])
        #expect(registry.render().contains("kusto_sink_buffer_memory_bytes"))
    }

    @Test("goes on with what it has when what it reads again is missing")
    func missing() async throws {
        try await run {
            try produce(0..<10)
            try await self.await { try has(10) }
            try FileManager.default.removeItem(atPath: "\(folder)/rack")
            try await self.await { told("cannot be read again") == 1 }
            try produce(10..<20)
            try await self.await { try has(20) }
            try write("first")
            try await self.await { told("can be read again") == 1 }
        }
        #expect(told("start anew") == 0 && told("cannot be read again") == 1)
    }

    @Test("goes on with what it has when brokers refuse the others, and takes them when they are right")
    func refused() async throws {
        try await run {
            try produce(0..<10)
            try await self.await { try has(10) }
            try write(protocol: "SSL")
            try await self.await { told("is of no use yet") == 1 }
            try produce(10..<20)
            try await self.await { try has(20) }
            try write("second")
            try write(protocol: "PLAINTEXT")
            try await self.await { told("sink starts") == 2 }
            try produce(20..<30)
            try await self.await { try has(30) }
        }
        #expect(told("is of no use yet") == 1 && told("start anew") == 1 && told("sink stopped") == 2)
        let reason = log.entries.first { $0.message.contains("is of no use yet") }?.metadata["error"] ?? ""
        #expect(reason.contains("security.protocol"), "\(reason)")
    }
}
