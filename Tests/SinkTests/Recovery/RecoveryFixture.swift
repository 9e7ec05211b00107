import Compression
import Converters
import Foundation
import Kafka
import Kusto
import Logging
import Metrics
import Synchronization

@testable import Sink
@testable import SinkConfiguration

/// Batches that a stand-in for ADX refuses, and all that sees to their records, without Kafka.
final class RecoveryFixture: Sendable {
    /// Decides about a delivery by its rows.
    typealias Verdict = @Sendable (SealedBatch, [String]) -> KustoError?

    /// Takes the place of ADX.
    final class Destination: BatchDestination {
        let executor: (any TaskExecutor)? = nil
        private let verdict: Verdict
        private let reports: ReportTable?
        private let state = Mutex((rows: [String](), deliveries: [Int](), times: [Duration]()))
        private let clock: SinkClock

        init(reports: ReportTable?, clock: SinkClock, _ verdict: @escaping Verdict) {
            self.reports = reports
            self.clock = clock
            self.verdict = verdict
        }

        /// The rows that were accepted.
        var rows: [String] { state.withLock { $0.rows } }
        /// How many rows each delivery had.
        var deliveries: [Int] { state.withLock { $0.deliveries } }
        /// When each delivery began.
        var times: [Duration] { state.withLock { $0.times } }

        func deliver(_ batch: SealedBatch, from checkpoint: inout DeliveryCheckpoint) async throws(KustoError) {
            let rows = RecoveryFixture.rows(of: batch)
            state.withLock { state in
                state.deliveries.append(rows.count)
                state.times.append(clock.now())
            }
            await Task.yield()
            if let error = verdict(batch, rows) { throw error }
            guard let reports else { return state.withLock { $0.rows += rows } }
            checkpoint.isReported = true
            // ADX has queued it, and decides later.
            if !reports.queue(batch, rows).isFailure { state.withLock { $0.rows += rows } }
        }
    }

    let partition: AssignedPartition
    let log = MemoryLogSink()
    let registry = MetricsRegistry()
    let stop = StopSignal()
    let clock = ManualSinkClock()
    let buffers: BufferBudget
    let health: DeliveryHealth
    private let queue: IngestQueue
    let observer = ProblemRecorder()
    let destination: Destination
    let recoverer: Recoverer
    let desk: ReportDesk?
    let held = HeldPartitions()
    let records: [LaneFixture.Record]
    private let metrics: PipelineMetrics
    private let behavior: ErrorSettings.Behavior
    private let makeContext: @Sendable (@escaping @Sendable (SealedBatch) -> Void) -> LaneContext

    /// - Parameters:
    ///   - records: What is in the partition; those with a value that is no JSON object are refused by the converter.
    ///   - reader: Reads them again; by default what was written.
    ///   - verdict: What ADX says.
    init(
        _ records: [LaneFixture.Record],
        behavior: ErrorSettings.Behavior = .log,
        reader: RereadingStandIn? = nil,
        deadLetters: DeadLetterStandIn? = nil,
        reports: ReportTable? = nil,
        commitPoint: ReportSettings.CommitPoint = .queued,
        policy: RetryPolicy = RetryPolicy(maximumTime: .seconds(60), backoff: .seconds(1)),
        _ verdict: @escaping Verdict
    ) throws {
        self.records = records
        self.behavior = behavior
        let logger = Logger(label: "test", level: .debug, sink: log)
        let (stop, clock) = (stop, clock.clock)
        let buffers = try BufferBudget(memoryBytes: 8 << 20, diskBytes: 0, directory: "/tmp")
        self.buffers = buffers
        makeContext = { submit in
            LaneContext(
                compression: .isal,
                level: 1,
                buffers: buffers,
                lanes: 1,
                policy: BatchPolicy(maximumBytes: 64 << 20),
                growth: BatchGrowth(),
                rejections: RejectedRecords(
                    connector: "s",
                    skips: true,
                    keyClass: "",
                    letters: nil,
                    log: SkippedRecordLog(
                        connector: "s",
                        detail: SkippedRecordLog.Detail(),
                        keepsLetters: false,
                        clock: clock,
                        logger: logger
                    )
                ),
                clock: clock,
                stop: stop,
                logger: logger,
                submit: submit
            )
        }
        let route = TableRoute(
            database: "D",
            table: "T",
            mapping: nil,
            isStreaming: true,
            conversion: try Conversion(.bytes, .json),
            account: BufferAccount(),
            metrics: TableMetrics(registry: registry, connector: "s", database: "D", table: "T")
        )
        partition = AssignedPartition(
            TopicPartition(topic: "t", partition: 3),
            route: route,
            lane: 0,
            start: StartPosition(offset: records.first?.offset ?? 0, committed: nil, end: nil, memo: "")
        )
        destination = Destination(reports: reports, clock: clock, verdict)
        metrics = PipelineMetrics(registry: registry, connector: "s")
        health = DeliveryHealth(
            observer: observer,
            throttled: metrics.throttled,
            throttledSince: metrics.throttledSince,
            clock: clock,
            logger: logger
        )
        let makeContext = makeContext
        let queue = IngestQueue(slots: 4, clock: clock)
        self.queue = queue
        held.add(partition)
        desk = reports.map { [held, registry] in
            ReportDesk(
                key: ReportKey(sink: "s"),
                reader: $0,
                settings: ReportSettings(report: .failures, commitPoint: commitPoint),
                behavior: behavior,
                interval: .seconds(10),
                held: held,
                metrics: ReportMetrics(registry: registry, connector: "s"),
                stop: stop,
                clock: clock,
                logger: logger
            )
        }
        recoverer = Recoverer(
            around: RecoverySurroundings(
                connector: "s",
                behavior: behavior,
                policy: policy,
                builder: PieceBuilder(
                    reader: reader ?? RereadingStandIn(records),
                    makeContext: { makeContext { _ in } },
                    timeout: .seconds(60)
                ),
                destination: destination,
                queue: queue,
                deadLetters: deadLetters,
                reports: desk,
                acceptance: Acceptance(metrics: metrics, health: health, clock: clock, logger: logger),
                metrics: RecoveryMetrics(registry: registry, connector: "s"),
                stop: stop,
                clock: clock,
                logger: logger
            )
        )
    }

    /// The batches that a lane makes of the records.
    func seal(every size: Int = .max) -> [SealedBatch] {
        let sealed = Mutex<[SealedBatch]>([])
        let kept = Box(sealed)
        let context = makeContext { batch in kept.value.withLock { $0.append(batch) } }
        let encoder = PartitionEncoder(partition: partition, context: context)
        var start = 0
        while start < records.count {
            let end = size < records.count - start ? start + size : records.count
            encoder.append(LaneFixture.Records(Array(records[start..<end])), 0..<(end - start))
            encoder.seal(.size)
            start = end
        }
        return kept.value.withLock { $0 }
    }

    /// Brings batches to the stand-in until every one is settled or recovered, the worker stops, or `isDone` says so.
    func ingest(_ batches: [SealedBatch], until isDone: @escaping @Sendable () -> Bool = { false }) async {
        let ingestor = Ingestor(
            queue: queue,
            destination: destination,
            policy: RetryPolicy(maximumTime: .seconds(60), backoff: .seconds(1)),
            behavior: behavior,
            recoverer: recoverer,
            reports: desk,
            stop: stop,
            metrics: metrics,
            health: health,
            clock: clock.clock,
            logger: Logger(label: "test", level: .debug, sink: log)
        )
        for batch in batches { ingestor.submit(batch) }
        queue.close(discarding: false)
        await run(until: isDone, first: { await ingestor.run() })
    }

    /// Recovers what was submitted until nothing is left, the worker stops, or `isDone` says so.
    func run(
        until isDone: @escaping @Sendable () -> Bool = { false },
        awaits: @escaping @Sendable () -> Bool = { false },
        first: @escaping @Sendable () async -> Void = {}
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.recoverer.run() }
            group.addTask { await self.desk?.run(recoverer: self.recoverer) }
            group.addTask {
                while !Task.isCancelled {
                    // Nothing that takes real time uses up the time for retries.
                    if self.clock.isAwaited { self.clock.advance(by: .milliseconds(200)) }
                    // Something always waits where reports are looked for: a thread that has to wait for its turn must not
                    // cost the time after which ADX counts as silent.
                    try? await Task.sleep(for: .microseconds(100))
                }
            }
            await first()
            // What a look hands over is at the recoverer before the look ends, so the recoverer is asked after that.
            while desk?.isBusy == true || recoverer.count > 0 || awaits(), stop.failure == nil, !isDone() {
                await Task.yield()
            }
            group.cancelAll()
        }
    }

    /// The value of a metric.
    func metric(_ line: String) -> String? {
        registry.render().split(separator: "\n").first { $0.hasPrefix(line + " ") }.map {
            String($0.dropFirst(line.count + 1))
        }
    }

    /// How many recoveries ended so.
    func ended(_ outcome: RecoveryMetrics.Outcome) -> String? {
        metric("kusto_sink_recoveries_total{connector=\"s\",outcome=\"\(outcome.rawValue)\"}")
    }

    /// A counter of the table.
    func table(_ name: String) -> String? {
        metric("kusto_sink_\(name)_total{connector=\"s\",database=\"D\",table=\"T\"}")
    }

    /// The rows of a batch.
    static func rows(of batch: SealedBatch) -> [String] {
        var bytes = [UInt8](repeating: 0, count: batch.body.count)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe (try? batch.body.read(at: 0, into: $0)) ?? 0 }
        let text = (try? Gunzip.inflate(Array(bytes[..<count]), limit: 64 << 20)) ?? []
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Numbered records, of which some are what ADX refuses.
    static func numbered(_ count: Int, from first: Int64 = 0, bad: Set<Int64> = []) -> [LaneFixture.Record] {
        (0..<Int64(count)).map { index in
            let offset = first + index
            return LaneFixture.Record(offset, "{\"n\":\(offset)\(bad.contains(offset) ? ",\"poison\":1" : "")}")
        }
    }

    /// ADX's refusal of rows, at once.
    static func refusal(_ code: String = "BadRequest_NoRecordsOrWrongFormat") -> KustoError {
        KustoError(.badRequest, "refused", leg: .streaming, disposition: .rejected, serviceCode: code)
    }

    /// Refuses batches with a bad row.
    static let refusesPoison: Verdict = { _, rows in
        rows.contains { $0.contains("poison") } ? refusal() : nil
    }
}

/// Shares something that cannot be copied.
final class Box<Value: ~Copyable & Sendable>: Sendable {
    let value: Value

    init(_ value: consuming Value) { self.value = value }
}
