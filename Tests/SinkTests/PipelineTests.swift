import Daemon
import Foundation
import Kafka
import Kusto
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

@Suite("The pipeline", .serialized, .timeLimit(.minutes(5)))
struct PipelineTests {
    private let cluster: KafkaMockCluster
    private let log = MemoryLogSink()
    private let registry = MetricsRegistry()
    private var logger: Logger { Logger(label: "test", level: .debug, sink: log) }

    init() throws {
        cluster = try KafkaMockCluster()
        for topic in ["a", "b"] { try cluster.createTopic(topic, partitions: 2) }
    }

    private func settings(_ changes: [String: String?] = [:]) throws -> SinkSettings {
        var properties = [
            "name": "s", "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
            "topics": "a,b", "bootstrap.servers": cluster.bootstrapServers,
            "kusto.ingestion.url": "http://127.0.0.1:1", "kusto.query.url": "http://127.0.0.1:1",
            "aad.auth.strategy": "az_dev_token",
            "aad.auth.accesstoken": "t",
            "kusto.tables.topics.mapping":
                "[{'topic':'a','db':'D','table':'A','format':'csv'},{'topic':'b','db':'D','table':'B','format':'csv'}]",
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            "flush.interval.ms": "200", "flush.size.bytes": "2000", "errors.retry.backoff.time.ms": "20",
            "commit.interval.ms": "100", "consumer.override.auto.offset.reset": "earliest",
            // Often, so that a busy machine does not cost a member its place in the group: what it has read would be read
            // again. A longer session would keep the next run waiting, since the mock cluster keeps those that have left.
            "consumer.override.session.timeout.ms": "6000", "consumer.override.heartbeat.interval.ms": "1000",
            "tempdir.path": FileManager.default.temporaryDirectory.path,
        ]
        for (name, value) in changes { properties[name] = value }
        return try SinkSettings(PropertySet(properties))
    }

    private func produce(_ topic: String, _ values: [String?]) throws {
        try Self.produce(topic, values, cluster, logger)
    }

    private static func produce(
        _ topic: String,
        _ values: [String?],
        _ cluster: KafkaMockCluster,
        _ logger: Logger
    ) throws {
        let producer = try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers]),
            logger: logger
        )
        try producer.sendAll(
            values.enumerated().map { index, value in
                KafkaRecord(topic: topic, partition: Int32(index % 2), value: value.map { Array($0.utf8) })
            },
            timeout: .seconds(60)
        )
    }

    private func member(_ settings: SinkSettings) -> KafkaClientConfiguration {
        let properties = settings.consumer.forTask(0)
        return KafkaClientConfiguration(
            properties.revealed(),
            secretNames: properties.secretNames,
            optionalNames: properties.optionalNames
        )
    }

    /// Runs a pipeline until `isDone` and shuts it down; returns how it failed, if it did.
    private func run(
        _ settings: SinkSettings,
        _ destination: any BatchDestination,
        buffers: (memory: Int, disk: Int) = (8 << 20, 1 << 20),
        until isDone: @escaping @Sendable () -> Bool
    ) async throws -> SinkFailure? {
        let pipeline = try SinkPipeline(
            settings: settings,
            members: [member(settings)],
            buffers: BufferBudget(
                memoryBytes: buffers.memory,
                diskBytes: buffers.disk,
                directory: settings.buffers.temporaryDirectory
            ),
            destination: destination,
            registry: registry,
            observer: NoObserver(),
            logger: logger
        )
        let shutdown = GracefulShutdown()
        return try await withThrowingTaskGroup(of: SinkFailure?.self) { group in
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
                return nil
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
    }

    /// Whether the metrics page has these values for the first partition of topic `a`.
    private func shows(_ values: [String: Int]) -> @Sendable () -> Bool {
        let registry = registry
        return {
            let page = registry.render()
            return values.allSatisfy { page.contains("\($0){connector=\"s\",partition=\"0\",topic=\"a\"} \($1)\n") }
        }
    }

    private func committed(_ settings: SinkSettings) throws -> [TopicPartition: Int64] {
        let partitions = ["a", "b"].flatMap { topic in (0..<2).map { TopicPartition(topic: topic, partition: $0) } }
        let reader = try OffsetReader(
            ClusterConnection(configuration: member(settings), logger: logger),
            group: settings.consumer["group.id"] ?? ""
        )
        return try reader.committed(partitions, timeout: .seconds(60)).mapValues(\.offset)
    }

    private func offset(_ offsets: [TopicPartition: Int64], _ topic: String, _ partition: Int32) -> Int64? {
        offsets[TopicPartition(topic: topic, partition: partition)]
    }

    @Test("brings each topic to its table, in order, and settles tombstones")
    func delivers() async throws {
        let settings = try settings()
        try produce("a", (0..<500).map { "a\($0)" })
        try produce("b", (0..<300).map { $0 % 3 == 0 ? nil : "b\($0)" })
        let destination = RecordingDestination()
        #expect(try await run(settings, destination) { destination.rows.count == 700 } == nil)
        #expect(destination.rows.count == 700)
        for table in ["A", "B"] {
            let rows = destination.accepted.filter { $0.table == table }.flatMap(\.rows)
            let expected = table == "A" ? (0..<500).map { "a\($0)" } : (0..<300).filter { $0 % 3 != 0 }.map { "b\($0)" }
            #expect(Set(rows) == Set(expected))
        }
        // Sealed by size: 2000 bytes are soon full.
        #expect(destination.accepted.count >= 4)
        #expect(destination.accepted.allSatisfy { $0.rawBytes > 0 }, "RawDataSize is what gzip unpacks to")
        let offsets = try committed(settings)
        #expect(
            [offset(offsets, "a", 0), offset(offsets, "a", 1), offset(offsets, "b", 0), offset(offsets, "b", 1)] == [
                250, 250, 150, 150,
            ]
        )
        let page = registry.render()
        #expect(page.contains(#"kusto_sink_recordswritten_total{connector="s",database="D",table="A"} 500"#))
        #expect(page.contains(#"kusto_sink_records_skipped_total{connector="s",database="D",table="B"} 100"#))
        #expect(page.contains(#"kusto_sink_batches_dropped_total{connector="s",database="D",table="A"} 0"#))
    }

    @Test("tries a batch again under the same name, while other tables go on")
    func retries() async throws {
        let settings = try settings()
        try produce("a", (0..<40).map { "a\($0)" })
        try produce("b", (0..<40).map { "b\($0)" })
        let destination = RecordingDestination { batch, attempt in
            batch.route.table == "A" && attempt < 20
                ? KustoError(.serviceFailure, "no", leg: .upload, disposition: .retry) : nil
        }
        #expect(try await run(settings, destination) { destination.rows.count == 80 } == nil)
        #expect(destination.accepted.first?.table == "B")
        #expect(Set(destination.accepted.map(\.source)).count == destination.accepted.count)
        #expect(Set(destination.rows).count == 80)
        #expect(try offset(committed(settings), "a", 0) == 20)
        #expect(
            registry.render().contains(
                "kusto_sink_ingest_retries_total{cause=\"upload_serviceFailure\",connector=\"s\"}"
            )
        )
    }

    @Test("stops at a batch that ADX will never take, and commits what came before it")
    func stopsAtPermanentFailures() async throws {
        let settings = try settings(["behavior.on.error": "fail", "topics": "a", "flush.size.bytes": "100"])
        try produce("a", (0..<200).map { "row number \($0)" })
        let destination = RecordingDestination { batch, _ in
            batch.slices[0].partition.topicPartition.partition == 0 && batch.slices[0].range.upper > 50
                ? KustoError(.badRequest, "schema", leg: .enqueue, disposition: .rejected) : nil
        }
        let failure = try await run(settings, destination) { false }
        #expect(failure?.code == .ingestion)
        #expect(failure?.exitError.code == .temporaryFailure)
        #expect(failure?.message.contains("D.A") == true)
        let offsets = try committed(settings)
        #expect((offset(offsets, "a", 0) ?? 0) <= 50)
        #expect((offset(offsets, "a", 0) ?? 0) > 0)
    }

    @Test("drops such a batch when told to, says so, and goes on")
    func dropsWhenTold() async throws {
        let settings = try settings(["behavior.on.error": "ignore", "topics": "a"])
        try produce("a", (0..<100).map { "a\($0)" })
        let destination = RecordingDestination { batch, _ in
            batch.slices[0].partition.topicPartition.partition == 0
                ? KustoError(.badRequest, "schema", leg: .enqueue, disposition: .rejected) : nil
        }
        let registry = registry
        let dropped = "kusto_sink_records_dropped_total{connector=\"s\",database=\"D\",table=\"A\"} 50\n"
        #expect(
            try await run(settings, destination) {
                destination.rows.count == 50 && registry.render().contains(dropped)
            } == nil
        )
        let offsets = try committed(settings)
        #expect(offset(offsets, "a", 0) == 50)
        #expect(offset(offsets, "a", 1) == 50)
        let lines = log.entries.filter { $0.message.hasPrefix("batch dropped") }
        #expect(lines.allSatisfy { $0.level == .error })
        // One batch, unless the machine was so slow that it was sealed for its age in between.
        let ranges = lines.compactMap { line in
            line.metadata["kafka.offsets"]?.firstMatch(of: /^(\d+)\.\.(\d+)$/).flatMap { match in
                Int(match.1).flatMap { first in Int(match.2).map { first..<$0 + 1 } }
            }
        }
        #expect(ranges.count == lines.count)
        #expect(ranges.flatMap { Array($0) }.sorted() == Array(0..<50))
        #expect(registry.render().contains(dropped))
    }

    @Test("a bad record that is the first one read moves no offset")
    func firstRecordIsBad() async throws {
        let json = [
            "topics": "a", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter.schemas.enable": "false",
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'A','format':'json'}]",
        ]
        let settings = try settings(json)
        try produce("a", (0..<60).map { "{\"n\":\($0)}" })
        let first = RecordingDestination()
        #expect(try await run(settings, first) { first.rows.count >= 60 } == nil)
        try produce("a", ["{", "{"])
        for _ in 0..<2 {
            let failure = try await run(settings, RecordingDestination()) { false }
            #expect(failure?.code == .conversion)
            let offsets = try committed(settings)
            #expect(offset(offsets, "a", 0) == 30 && offset(offsets, "a", 1) == 30)
        }
    }

    @Test("a cancelled request is no failure of ADX: nothing is dropped, nothing is committed")
    func cancellation() async throws {
        let settings = try settings([
            "topics": "a", "behavior.on.error": "log", "errors.retry.max.time.ms": "0", "shutdown.drain.ms": "1000",
        ])
        try produce("a", (0..<20).map { "a\($0)" })
        let destination = RecordingDestination { _, _ in
            KustoError(.cancelled, "cancelled", leg: .upload, disposition: .retry)
        }
        #expect(try await run(settings, destination) { destination.attempts >= 2 } == nil)
        #expect(!log.entries.contains { $0.message.hasPrefix("batch dropped") })
        #expect(log.entries.contains { $0.message.hasPrefix("stopped before everything read was ingested") })
        #expect(try committed(settings).values.allSatisfy { $0 == 0 })
    }

    @Test("without an offset to begin at, auto.offset.reset=none stops the sink and names the partition")
    func noOffset() async throws {
        let settings = try settings(["topics": "a", "consumer.override.auto.offset.reset": "none"])
        try produce("a", ["x", "y"])
        let failure = try await run(settings, RecordingDestination()) { false }
        #expect(failure?.code == .kafka)
        #expect(failure?.message.contains("cannot read a-") == true)
        #expect(failure?.message.contains("auto.offset.reset") == true)
    }

    @Test("lag and offsets are known before the first record is read")
    func knowsLag() async throws {
        let settings = try settings(["topics": "a"])
        try produce("a", (0..<60).map { "a\($0)" })
        let first = RecordingDestination()
        #expect(try await run(settings, first) { first.rows.count >= 60 } == nil)
        let isKnown = shows(["kusto_sink_committed_offset": 30, "kusto_sink_consumer_lag": 0])
        #expect(try await run(settings, RecordingDestination(), until: isKnown) == nil)
    }

    @Test("a group that begins at the end has no lag before it has read anything")
    func knowsLagFromTheEnd() async throws {
        let settings = try settings(["topics": "a", "consumer.override.auto.offset.reset": "latest"])
        try produce("a", (0..<60).map { "a\($0)" })
        let isKnown = shows(["kusto_sink_committable_offset": 30, "kusto_sink_consumer_lag": 0])
        #expect(try await run(settings, RecordingDestination(), until: isKnown) == nil)
    }

    @Test("a table that only retries does not keep the others, and loses nothing")
    func sharesBuffers() async throws {
        let settings = try settings(["flush.size.bytes": "8000", "errors.retry.max.time.ms": "600000"])
        // More than all buffers hold, of text that hardly shrinks; far more than is on its way when the table pauses.
        var generator = SeededGenerator(seed: 1)
        let stuck = (0..<24_000).map { number in
            "\(number) " + (0..<16).map { _ in String(generator.next(), radix: 36) }.joined()
        }
        try produce("a", stuck)
        let isAway = Atomic(true)
        let hasFlowed = Atomic(false)
        let destination = RecordingDestination { batch, _ in
            batch.route.table == "A" && isAway.load(ordering: .relaxed)
                ? KustoError(.serviceFailure, "no", leg: .upload, disposition: .retry) : nil
        }
        let (log, cluster, logger) = (log, cluster, logger)
        let flow = Task {
            func awaitLine(_ text: String) async {
                while !log.entries.contains(where: { $0.message.hasPrefix(text) }), !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(10))
                }
            }
            await awaitLine("a table's batches cannot be ingested")
            try Self.produce("b", (0..<200).map { "b\($0)" }, cluster, logger)
            while destination.rowCount < 200, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(10)) }
            isAway.store(false, ordering: .relaxed)
            await awaitLine("a table has freed most of its share")
            hasFlowed.store(true, ordering: .releasing)
        }
        #expect(
            try await run(settings, destination, buffers: (8 << 20, 0)) {
                hasFlowed.load(ordering: .acquiring) && destination.rowCount >= stuck.count + 200
            } == nil
        )
        flow.cancel()
        try await flow.value
        #expect(Set(destination.rows).count == stuck.count + 200)
    }

    @Test("a topic that a pattern matches and that has no table is left unread, and told of once")
    func leavesUnmappedTopics() async throws {
        let settings = try settings([
            "topics": nil, "topics.regex": "a|b",
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'A','format':'csv'}]",
        ])
        try produce("a", (0..<40).map { "a\($0)" })
        try produce("b", (0..<40).map { "b\($0)" })
        let destination = RecordingDestination()
        let registry = registry
        #expect(
            try await run(settings, destination) {
                destination.rows.count >= 40
                    && registry.render().contains("kusto_sink_unmapped_partitions{connector=\"s\"} 2")
            } == nil
        )
        #expect(Set(destination.rows) == Set((0..<40).map { "a\($0)" }))
        #expect(log.entries.count { $0.message.hasPrefix("a topic has no table") } == 1)
        let offsets = try committed(settings)
        #expect(offset(offsets, "a", 0) == 20 && offset(offsets, "b", 0) == nil)
    }

    @Test("a right that is taken away stops in order: what was read is ingested and committed")
    func stopsInOrder() async throws {
        let settings = try settings([
            "topics": "a", "flush.interval.ms": "60000", "flush.size.bytes": "1000000",
        ])
        try produce("a", (0..<60).map { "a\($0)" })
        let destination = RecordingDestination()
        let (registry, cluster) = (registry, cluster)
        let revoking = Task {
            // All were read, and none was ingested.
            while !registry.render().contains("kusto_sink_records_consumed_total{connector=\"s\"} 60"),
                !Task.isCancelled
            {
                try? await Task.sleep(for: .milliseconds(5))
            }
            cluster.refuseFetches(1000)
        }
        let failure = try await run(settings, destination) { false }
        await revoking.value
        #expect(failure?.code == .kafka)
        #expect(failure?.message.contains("grant the user the right") == true, "\(failure?.message ?? "")")
        #expect(failure?.exitError.code == .unavailable)
        #expect(Set(destination.rows) == Set((0..<60).map { "a\($0)" }))
        let offsets = try committed(settings)
        #expect(offset(offsets, "a", 0) == 30 && offset(offsets, "a", 1) == 30)
    }

    @Test("names a skipped record's timestamp when messages are to be included", arguments: ["false", "true"])
    func logsConversions(isIncluded: String) async throws {
        let settings = try settings([
            "topics": "a", "value.converter": "JsonConverter", "value.converter.schemas.enable": "false",
            "errors.tolerance": "all", "errors.log.enable": "true", "errors.log.include.messages": isIncluded,
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'A','format':'json'}]",
        ])
        try produce("a", ["{}", "[{}]", "5", "{}"])
        let destination = RecordingDestination()
        let log = log
        #expect(
            try await run(settings, destination) {
                destination.rows.count == 3
                    && log.entries.contains { $0.message.hasPrefix("Error encountered in task ") }
            } == nil
        )
        let line = try #require(log.entries.first { $0.message.hasPrefix("Error encountered in task ") })
        #expect(line.metadata["kafka.topic"] == "a" && line.metadata["kafka.offset"] == "1")
        let milliseconds = line.message.firstMatch(of: /timestamp=([0-9]+), timestampType=CreateTime/)
            .flatMap { Int64($0.1) }
        #expect((milliseconds != nil) == (isIncluded == "true"))
        #expect(milliseconds.map { $0 > 1_500_000_000_000 } ?? true)
    }

    @Test("a stop that ADX does not let finish says what is left, and the next start reads it")
    func drainRunsOut() async throws {
        try produce("a", (0..<40).map { "a\($0)" })
        let away = RecordingDestination { _, _ in
            KustoError(.unreachable, "ADX is away", leg: .upload, disposition: .retry)
        }
        let brief = try settings(["topics": "a", "shutdown.drain.ms": "300"])
        #expect(try await run(brief, away) { away.attempts > 4 } == nil)
        #expect(log.entries.contains { $0.message.hasPrefix("stopped before everything read was ingested") })
        let next = RecordingDestination()
        #expect(try await run(settings(["topics": "a"]), next) { next.rows.count >= 40 } == nil)
        #expect(Set(next.rows) == Set((0..<40).map { "a\($0)" }))
    }

    @Test("a stop ends uploads that are under way and get no answer")
    func abandonsUploads() async throws {
        try produce("a", (0..<40).map { "a\($0)" })
        let silent = try SilentDestination(logger: logger)
        let brief = try settings(["topics": "a", "shutdown.drain.ms": "300"])
        #expect(try await run(brief, silent) { silent.attempts > 0 } == nil)
        #expect(try committed(brief).values.allSatisfy { $0 == 0 })
    }

    @Test("a restart reads nothing twice after a clean stop")
    func resumes() async throws {
        let settings = try settings(["topics": "a"])
        try produce("a", (0..<60).map { "a\($0)" })
        let first = RecordingDestination()
        #expect(try await run(settings, first) { first.rows.count >= 60 } == nil)
        try produce("a", (60..<100).map { "a\($0)" })
        let second = RecordingDestination()
        #expect(try await run(settings, second) { second.rows.count >= 40 } == nil)
        #expect(Set(second.rows) == Set((60..<100).map { "a\($0)" }))
    }
}
