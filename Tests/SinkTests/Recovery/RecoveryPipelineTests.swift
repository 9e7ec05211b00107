import Converters
import Daemon
import Foundation
import HTTP
import Identity
import Kafka
import Kusto
import KustoEmulator
import Logging
import Metrics
import Secrets
import SinkConfiguration
import Testing

@testable import Sink

private struct NoObserver: PipelineObserver {
    func taskTurned(_ task: Int) {}
    func taskJoined(_ task: Int) {}
    func taskEnded(_ task: Int) {}
}

@Suite("Refused batches, from topic to table and dead-letter topic", .serialized, .timeLimit(.minutes(5)))
struct RecoveryPipelineTests {
    private let cluster: KafkaMockCluster
    private let adx: EmulatedCluster
    private let http: HTTPClient
    private let log = MemoryLogSink()
    private let registry = MetricsRegistry()
    private var logger: Logger { Logger(label: "test", level: .debug, sink: log) }

    init() throws {
        cluster = try KafkaMockCluster()
        try cluster.createTopic("a", partitions: 1)
        try cluster.createTopic("dead", partitions: 1)
        adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                databases: ["D"],
                setupCommands: [
                    ".create table T (n: int, p: string)", ".alter table T policy streamingingestion enable",
                ],
                authentication: AuthenticationPolicy(staticTokens: ["t"])
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
        http = try HTTPClient(logger: StartupSamples.logger)
    }

    private func settings(streaming: Bool, _ changes: [String: String] = [:]) throws -> SinkSettings {
        var properties = [
            "name": "s", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
            "topics": "a", "bootstrap.servers": cluster.bootstrapServers, "kusto.ingestion.url": adx.url,
            "kusto.query.url": adx.url, "aad.auth.strategy": "az_dev_token", "aad.auth.accesstoken": "t",
            "kusto.tables.topics.mapping":
                "[{'topic':'a','db':'D','table':'T','format':'csv'\(streaming ? ",'streaming':true" : "")}]",
            "key.converter": "StringConverter", "value.converter": "StringConverter",
            "flush.interval.ms": "500", "errors.retry.backoff.time.ms": "20", "commit.interval.ms": "100",
            "consumer.override.auto.offset.reset": "earliest", "consumer.override.session.timeout.ms": "6000",
            "consumer.override.heartbeat.interval.ms": "1000",
            "tempdir.path": FileManager.default.temporaryDirectory.path, "behavior.on.error": "log",
            "misc.deadletterqueue.topic.name": "dead",
            "misc.deadletterqueue.bootstrap.servers": cluster.bootstrapServers,
        ]
        properties.merge(changes) { $1 }
        return try SinkSettings(PropertySet(properties))
    }

    private func produce(_ values: [String]) throws {
        let producer = try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers]),
            logger: logger
        )
        try producer.sendAll(
            values.enumerated().map { index, value in
                KafkaRecord(
                    topic: "a",
                    partition: 0,
                    key: Array("key \(index)".utf8),
                    value: Array(value.utf8),
                    headers: [KafkaHeader(name: "h", value: [1, 2])],
                    timestamp: 1_700_000_000_000 + Int64(index)
                )
            },
            timeout: .seconds(120)
        )
    }

    /// Runs a worker's pipeline until `isDone`, and returns how it failed, if it did.
    /// - Parameter isKilled: Whether it ends then without finishing what is in flight.
    private func run(
        _ settings: SinkSettings,
        interval: Duration = .milliseconds(100),
        isKilled: Bool = false,
        until isDone: @escaping @Sendable () -> Bool
    ) async throws -> SinkFailure? {
        let producers = try DeadLetterProducers(settings.errors, logger: logger)
        let client = KustoClient(
            configuration: KustoConfiguration(
                ingestionURL: adx.url,
                queryURL: adx.url,
                credential: .token(RotatedSecret(Secret("t")))
            ),
            transport: http,
            logger: logger,
            metrics: MetricsRegistry()
        )
        let isReporting = settings.reports.report != .none
        let member = settings.consumer.forTask(0)
        let pipeline = try SinkPipeline(
            settings: settings,
            members: [
                KafkaClientConfiguration(
                    member.revealed(),
                    secretNames: member.secretNames,
                    optionalNames: member.optionalNames
                )
            ],
            buffers: BufferBudget(memoryBytes: 8 << 20, diskBytes: 0, directory: "/tmp"),
            destination: KustoDestination(
                client: client,
                executor: nil,
                reports: isReporting ? ReportKey(sink: settings.name) : nil
            ),
            reports: isReporting ? client : nil,
            reportInterval: interval,
            producers: producers,
            registry: registry,
            observer: NoObserver(),
            logger: logger
        )
        let shutdown = GracefulShutdown()
        let failure = try await withThrowingTaskGroup(of: SinkFailure?.self) { group in
            group.addTask {
                do {
                    try await GracefulShutdown.$current.withValue(shutdown) { try await pipeline.run() }
                    return nil
                } catch let failure as SinkFailure {
                    return failure
                }
            }
            group.addTask {
                while !isDone(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(10)) }
                shutdown.trigger()
                // The first outcome that is a failure cancels the pipeline.
                return isKilled ? Self.killed : nil
            }
            var failure: SinkFailure?
            for try await outcome in group {
                if let outcome {
                    failure = outcome
                    group.cancelAll()
                }
            }
            return failure
        }
        return failure
    }

    private static let killed = SinkFailure(.localFault, "killed by the test")

    private func stopAll() async {
        await http.shutdown()
        await adx.stop()
    }

    private func committed(_ settings: SinkSettings) throws -> Int64? {
        let member = settings.consumer.forTask(0)
        let reader = try OffsetReader(
            ClusterConnection(
                configuration: KafkaClientConfiguration(
                    member.revealed(),
                    secretNames: member.secretNames,
                    optionalNames: member.optionalNames
                ),
                logger: logger
            ),
            group: settings.consumer["group.id"] ?? ""
        )
        let partition = TopicPartition(topic: "a", partition: 0)
        return try reader.committed([partition], timeout: .seconds(60))[partition]?.offset
    }

    /// The values, keys and header values of the dead letters.
    private func letters(_ count: Int64) throws -> [String] {
        let reader = OffsetRangeReader(
            configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers]),
            logger: StartupSamples.logger
        )
        var found: [String] = []
        try reader.read(
            TopicPartition(topic: "dead", partition: 0),
            OffsetRange(lower: 0, upper: count),
            timeout: .seconds(60),
            isCancelled: { false }
        ) { records, places in
            for index in places {
                records.withMessage(at: index) { message in
                    let value = unsafe message.value.map { unsafe String(decoding: $0, as: UTF8.self) } ?? ""
                    let key = unsafe message.key.map { unsafe String(decoding: $0, as: UTF8.self) } ?? ""
                    found.append("\(value)|\(key)|\(message.timestamp ?? 0)")
                }
            }
            return true
        }
        return found
    }

    private func ended(_ outcome: RecoveryMetrics.Outcome) -> @Sendable () -> Bool {
        let registry = registry
        let line = "kusto_sink_recoveries_total{connector=\"s\",outcome=\"\(outcome.rawValue)\"} 1\n"
        return { registry.render().contains(line) }
    }

    /// Whether a recovery has ended so, and everything before an offset is committed: a slow machine may make several
    /// batches of what is read.
    private func ended(_ outcome: RecoveryMetrics.Outcome, committed offset: Int) -> @Sendable () -> Bool {
        let (isEnded, isCommitted) = (ended(outcome), hasCommitted(offset))
        return { isEnded() && isCommitted() }
    }

    private func hasCommitted(_ offset: Int) -> @Sendable () -> Bool {
        let registry = registry
        let line = "kusto_sink_committed_offset{connector=\"s\",partition=\"0\",topic=\"a\"} \(offset)\n"
        return { registry.render().contains(line) }
    }

    /// How many rows the table has when ADX has done everything.
    private func rows() async throws -> Int {
        while !adx.isIdle { try await Task.sleep(for: .milliseconds(5)) }
        return try adx.rowCount("T")
    }

    private static func values(_ count: Int, bad: Int) -> [String] {
        (0..<count).map { $0 == bad ? "\($0),poison" : "\($0),good" }
    }

    @Test("one bad record that ADX rejects at once is one dead letter, and the others are rows")
    func atOnce() async throws {
        try produce(Self.values(100_000, bad: 65_432))
        _ = adx.add(Fault(.reject(data: "poison", code: "BadRequest_NoRecordsOrWrongFormat", isPermanent: true)))
        // All in one batch.
        let settings = try settings(
            streaming: true,
            ["flush.size.bytes": "4000000", "flush.interval.ms": "600000", "shutdown.drain.ms": "240000"]
        )
        let registry = registry
        let isRead: @Sendable () -> Bool = {
            registry.render().contains("kusto_sink_records_consumed_total{connector=\"s\"} 100000\n")
        }
        // The stop seals the batch, and waits until all its records are accounted for.
        #expect(try await run(settings, until: isRead) == nil)
        #expect(ended(.deadLettered)())
        #expect(try adx.rowCount("T") == 99_999)
        #expect(try letters(1) == ["65432,poison|key 65432|1700000065432"])
        #expect(try committed(settings) == 100_000)
        let end = try #require(log.entries.first { $0.message.hasPrefix("the records of a refused batch") })
        #expect(end.metadata["recovery.rows"] == "99999" && end.metadata["recovery.dead_letters"] == "1")
        #expect(end.metadata["recovery.deliveries"].flatMap { Int($0) }.map { $0 <= 34 } == true)
        #expect(
            registry.render().contains("kusto_sink_dlqrecordssent_total{connector=\"s\",database=\"D\",table=\"T\"} 1")
        )
        await stopAll()
    }

    @Test(
        "one bad record that ADX rejects after it has queued the batch is one dead letter, and the others are rows",
        arguments: ["queued", "ingested"]
    )
    func afterQueueing(commitPoint: String) async throws {
        try produce(Self.values(2_000, bad: 777))
        _ = adx.add(Fault(.reject(data: "poison", code: "BadRequest_NoRecordsOrWrongFormat", isPermanent: true)))
        let settings = try settings(
            streaming: false,
            ["ingestion.report": "failures", "commit.after": commitPoint]
        )
        #expect(try await run(settings, until: ended(.deadLettered, committed: 2_000)) == nil)
        #expect(try await rows() == 1_999)
        #expect(try letters(1) == ["777,poison|key 777|1700000000777"])
        #expect(try committed(settings) == 2_000)
        await stopAll()
    }

    @Test("what was queued and not reported when a worker stopped is asked for by the next one")
    func restart() async throws {
        try produce(Self.values(300, bad: 42))
        _ = adx.add(Fault(.reject(data: "poison", code: "BadRequest_NoRecordsOrWrongFormat", isPermanent: true)))
        let settings = try settings(streaming: false, ["ingestion.report": "failures"])
        let adx = adx
        let isCommitted = hasCommitted(300)
        let first = try await run(settings, interval: .seconds(3600)) { !adx.failureCodes.isEmpty && isCommitted() }
        #expect(first == nil)
        #expect(try committed(settings) == 300)
        #expect(try adx.rowCount("T") < 300)
        #expect(try await run(settings, until: ended(.deadLettered)) == nil)
        #expect(try await rows() == 299)
        #expect(try letters(1) == ["42,poison|key 42|1700000000042"])
        await stopAll()
    }

    @Test("a worker that is cut off in the middle of a recovery loses nothing")
    func cutOff() async throws {
        try produce(Self.values(3_000, bad: 1_234))
        _ = adx.add(Fault(.reject(data: "poison", code: "BadRequest_NoRecordsOrWrongFormat", isPermanent: true)))
        // What cannot end before the worker is cut off: its last parts get no answer.
        _ = adx.add(Fault(.silence, at: .streaming, after: 8))
        let settings = try settings(streaming: true)
        let registry = registry
        let line = "kusto_sink_recovery_deliveries_total{connector=\"s\"} "
        let failure = try await run(settings, isKilled: true) {
            let found = registry.render().split(separator: "\n").first { $0.hasPrefix(line) }
            return (found.flatMap { Int($0.dropFirst(line.count)) } ?? 0) >= 5
        }
        #expect(failure == Self.killed)
        #expect(!ended(.deadLettered)(), "it ends in the middle")
        #expect((try committed(settings) ?? 0) <= 1_234)
        adx.clearFaults()
        _ = adx.add(Fault(.reject(data: "poison", code: "BadRequest_NoRecordsOrWrongFormat", isPermanent: true)))
        #expect(try await run(settings, until: ended(.deadLettered, committed: 3_000)) == nil)
        let counts = try adx.occurrences(of: "n", in: "T", below: 3_000)
        #expect(counts[1_234] == 0)
        #expect(counts.count { $0 > 0 } == 2_999)
        #expect(try letters(1) == ["1234,poison|key 1234|1700000001234"])
        #expect(try committed(settings) == 3_000)
        await stopAll()
    }

    @Test("without a dead-letter topic only the bad record is dropped")
    func dropsOne() async throws {
        try produce(Self.values(1_000, bad: 5))
        _ = adx.add(Fault(.reject(data: "poison", code: "BadRequest_NoRecordsOrWrongFormat", isPermanent: true)))
        var settings = try settings(streaming: true)
        settings.errors.miscDeadLetterQueue = nil
        #expect(try await run(settings, until: ended(.dropped, committed: 1_000)) == nil)
        #expect(try adx.rowCount("T") == 999)
        #expect(try committed(settings) == 1_000)
        #expect(
            registry.render().contains(
                "kusto_sink_records_dropped_total{connector=\"s\",database=\"D\",table=\"T\"} 1\n"
            )
        )
        await stopAll()
    }
}
