import Daemon
import Kusto
import Logging
import Metrics
import SinkConfiguration
import Synchronization
import Testing

@testable import Sink

/// Delivers as a test says, step by step.
private final class ScriptedDestination: BatchDestination {
    typealias Script = @Sendable (SealedBatch, inout DeliveryCheckpoint) async throws(KustoError) -> Void

    let executor: (any TaskExecutor)? = nil
    private let script: Script
    private let begun = Atomic(0)

    init(_ script: @escaping Script) { self.script = script }

    var attempts: Int { begun.load(ordering: .relaxed) }

    func deliver(_ batch: SealedBatch, from checkpoint: inout DeliveryCheckpoint) async throws(KustoError) {
        begun.wrappingAdd(1, ordering: .relaxed)
        try await script(batch, &checkpoint)
    }
}

@Suite("Bringing batches into ADX", .timeLimit(.minutes(3)))
struct IngestorTests {
    private let samples = BatchSamples()
    private let clock = ManualSinkClock()
    private let log = MemoryLogSink()
    private let stop = StopSignal()
    private let observer = ProblemRecorder()
    private var throttled: Gauge { samples.registry.gauge("throttled", help: "") }
    private var throttledSince: Gauge { samples.registry.gauge("throttled_since", help: "") }

    /// Ingests batches until all are finished; time runs on only while something waits for it, so that a busy machine
    /// uses up no time for retries.
    private func ingest(
        _ batches: [SealedBatch],
        _ destination: ScriptedDestination,
        behavior: ErrorSettings.Behavior = .fail,
        policy: RetryPolicy = RetryPolicy(maximumTime: .seconds(300), backoff: .seconds(10))
    ) async {
        let health = DeliveryHealth(
            observer: observer,
            throttled: throttled,
            throttledSince: throttledSince,
            clock: clock.clock,
            logger: Logger(label: "test", level: .debug, sink: log)
        )
        let queue = IngestQueue(slots: 4, clock: clock.clock, onThrottle: health.throttling)
        let ingestor = Ingestor(
            queue: queue,
            destination: destination,
            policy: policy,
            behavior: behavior,
            stop: stop,
            metrics: PipelineMetrics(registry: samples.registry, connector: "s"),
            health: health,
            clock: clock.clock,
            logger: Logger(label: "test", level: .debug, sink: log)
        )
        for batch in batches { ingestor.submit(batch) }
        queue.close(discarding: false)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await ingestor.run() }
            group.addTask { [clock] in
                while !Task.isCancelled {
                    if clock.isAwaited { clock.advance(by: .seconds(1)) }
                    await Task.yield()
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func counter(_ name: String, table: String = "T") -> String? {
        let start = "kusto_sink_\(name)_total{connector=\"s\",database=\"D\",table=\"\(table)\"} "
        let line = samples.registry.render().split(separator: "\n").first { $0.hasPrefix(start) }
        return line.map { String($0.dropFirst(start.count)) }
    }

    @Test("an accepted batch is settled and counted; a record from the future delays nothing")
    func accepts() async throws {
        let partition = try samples.partition()
        let batch = try samples.batch(of: partition, 5..<15, oldestTimestamp: .max)
        await ingest([batch], ScriptedDestination { _, _ throws(KustoError) in })
        #expect(partition.committable == 15)
        #expect(counter("ingestionattempts") == "1")
        #expect(counter("ingestionsuccesses") == "1")
        #expect(samples.registry.render().contains("kusto_sink_end_to_end_delay_seconds_sum{connector=\"s\"} 0\n"))
    }

    @Test("what an attempt achieved is where the next one begins")
    func resumes() async throws {
        let partition = try samples.partition()
        let batch = try samples.batch(of: partition)
        let begins = Mutex<[UploadedBlob?]>([])
        let destination = ScriptedDestination { _, checkpoint throws(KustoError) in
            let number = begins.withLock { begins in
                begins.append(checkpoint.blob)
                return begins.count
            }
            checkpoint.blob = .sample()
            if number < 3 { throw KustoError(.throttled, "busy", leg: .enqueue, disposition: .retry) }
        }
        await ingest([batch], destination)
        #expect(begins.withLock { $0 } == [nil, .sample(), .sample()])
        #expect(partition.committable == 10)
        #expect(counter("ingestionattempts") == "3")
        #expect(
            samples.registry.render().contains("ingest_retries_total{cause=\"enqueue_throttled\",connector=\"s\"} 2")
        )
    }

    @Test(
        "a rejected batch, and one whose time to retry is over, is dropped or stops the worker",
        arguments: [Disposition.rejected, .retry],
        [ErrorSettings.Behavior.fail, .log, .ignore]
    )
    func givesUp(disposition: Disposition, behavior: ErrorSettings.Behavior) async throws {
        let partition = try samples.partition()
        let batch = try samples.batch(of: partition)
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            throw KustoError(.badRequest, "no such column", leg: .enqueue, disposition: disposition)
        }
        await ingest([batch], destination, behavior: behavior)
        #expect((destination.attempts > 1) == (disposition == .retry))
        let stops = behavior == .fail
        #expect(partition.committable == (stops ? 0 : 10))
        #expect(stop.failure?.code == (stops ? .ingestion : nil))
        #expect(counter("records_dropped") == (stops ? "0" : "10"))
        #expect(counter("ingestionfailures") == "1")
        if stops { #expect(stop.failure?.message.contains("t-0 offsets 0..9 for table D.T") == true) }
    }

    @Test(
        "a fault of this process stops the worker in every mode, and nothing is dropped for it",
        arguments: [ErrorSettings.Behavior.fail, .log, .ignore]
    )
    func stopsForLocalFaults(behavior: ErrorSettings.Behavior) async throws {
        let partition = try samples.partition()
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            throw KustoError(.unreadableBatch, "the disk is broken", leg: .upload, disposition: .stop)
        }
        await ingest([try samples.batch(of: partition)], destination, behavior: behavior)
        #expect(destination.attempts == 1)
        #expect(partition.committable == 0)
        #expect(stop.failure?.code == .localFault)
        #expect(stop.failure?.exitError.code == .software)
        #expect(stop.failure?.message.contains("the disk is broken") == true)
        #expect(counter("records_dropped") == "0")
        #expect(counter("batches_dropped") == "0")
    }

    @Test("a batch that is abandoned meanwhile is neither tried, counted as failed, nor settled")
    func leavesAbandoned() async throws {
        let (before, during) = try (samples.partition(0), samples.partition(1))
        before.abandon()
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            during.abandon()
            throw KustoError(.badRequest, "no", leg: .enqueue, disposition: .rejected)
        }
        await ingest([try samples.batch(of: before), try samples.batch(of: during)], destination, behavior: .log)
        #expect(destination.attempts == 1)
        #expect(before.committable == 0 && during.committable == 0)
        #expect(counter("ingestionfailures") == "0")
        #expect(!log.entries.contains { $0.message.hasPrefix("batch dropped") })
    }

    @Test("a table that always fails does not hold up another")
    func keepsTablesApart() async throws {
        let (bad, good) = try (samples.partition(0, table: "Bad"), samples.partition(1, table: "Good"))
        let order = Mutex<[String]>([])
        let destination = ScriptedDestination { batch, _ throws(KustoError) in
            if batch.route.table == "Bad" { throw KustoError(.unreachable, "away", leg: .upload, disposition: .retry) }
            order.withLock { $0.append(batch.route.table) }
        }
        var batches = try (0..<20).map { try samples.batch(of: bad, Int64($0)..<Int64($0) + 1) }
        batches += try (0..<5).map { try samples.batch(of: good, Int64($0)..<Int64($0) + 1) }
        await ingest(batches, destination, behavior: .log)
        #expect(order.withLock { $0.count } == 5)
        #expect(good.committable == 5)
        #expect(counter("batches_dropped", table: "Bad") == "20")
        #expect(counter("batches_dropped", table: "Good") == "0")
    }

    @Test("a table that accepts nothing for a minute is a problem until it accepts again, and both are told once")
    func tellsOfOutages() async throws {
        let partition = try samples.partition()
        let tries = Atomic(0)
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            guard tries.wrappingAdd(1, ordering: .relaxed).newValue < 12 else { return }
            throw KustoError(.throttled, "too many requests", leg: .enqueue, disposition: .retry)
        }
        await ingest(
            [try samples.batch(of: partition)],
            destination,
            policy: RetryPolicy(maximumTime: .seconds(3600), backoff: .seconds(10))
        )
        #expect(observer.log == ["+table D.T", "-table D.T"])
        #expect(log.entries.filter { $0.metadata["problem"]?.contains("too many requests") == true }.count == 1)
        let recovery = try #require(log.entries.first { $0.message == "ADX accepts batches of a table again" })
        #expect(recovery.metadata["outage.failed_attempts"] == "11" && recovery.metadata["batches.waiting"] == "1")
        #expect(log.entries.filter { $0.message.hasPrefix("ADX does not accept batches of a table") }.count == 1)
        #expect(log.entries.filter { $0.message == "first batch of a table accepted" }.count == 1)
    }

    @Test("a short outage is no problem, but its end and a throttling ADX are told")
    func toleratesShortOutages() async throws {
        let tries = Atomic(0)
        let shown = Mutex<[Double]>([])
        let gauge = throttled
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            shown.withLock { $0.append(gauge.value) }
            guard tries.wrappingAdd(1, ordering: .relaxed).newValue < 2 else { return }
            throw KustoError(.throttled, "too many requests", leg: .enqueue, disposition: .retry)
        }
        await ingest([try samples.batch(of: samples.partition())], destination)
        #expect(observer.log == [])
        #expect(shown.withLock { $0 } == [0, 1])
        // Whether ADX still throttles is not known yet.
        #expect(gauge.value == 1)
        #expect(throttledSince.value >= Double(clock.clock.wallMilliseconds()) / 1000 - 60)
        #expect(log.entries.contains { $0.message == "ADX accepts batches of a table again" })
    }

    @Test(
        "a throttling ADX gets fewer requests of all batches, which are kept however long that takes, and it is told once"
    )
    func holdsBack() async throws {
        let partition = try samples.partition()
        let tries = Atomic(0)
        let most = Mutex((now: 0, later: 0))
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            let number = tries.wrappingAdd(1, ordering: .relaxed).newValue
            most.withLock { most in
                most.now += 1
                if (40..<100).contains(number) { most.later = max(most.later, most.now) }
            }
            for _ in 0..<10 { await Task.yield() }
            most.withLock { $0.now -= 1 }
            guard number < 100 else { return }
            throw KustoError(.throttled, "slow down", leg: .upload, disposition: .retry)
        }
        let batches = try (0..<8).map { try samples.batch(of: partition, Int64($0)..<Int64($0) + 1) }
        await ingest(batches, destination, policy: RetryPolicy(maximumTime: .seconds(20), backoff: .seconds(10)))
        #expect(partition.committable == 8)
        #expect(destination.attempts == 107)
        #expect(most.withLock { $0.later } == 1)
        #expect(stop.failure == nil)
        #expect(log.entries.count { $0.message.contains("asks for fewer requests: ") } == 1)
    }

    @Test("a table shows since when it accepts nothing, and 0 as soon as it accepts, or nothing waits for it")
    func showsSinceWhenTablesFail() async throws {
        let begin = Double(clock.clock.wallMilliseconds()) / 1000
        let partition = try samples.partition()
        let since = partition.route.metrics.failingSince
        let shown = Mutex<[Double]>([])
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            let count = shown.withLock { shown in
                shown.append(since.value)
                return shown.count
            }
            guard count < 4 else { return }
            throw KustoError(.unreachable, "away", leg: .upload, disposition: .retry)
        }
        await ingest([try samples.batch(of: partition)], destination)
        let values = shown.withLock { $0 }
        #expect(values.first == 0 && values.count == 4)
        // Time goes on from one attempt to the next; the begin of the outage does not move with it.
        #expect(Set(values.dropFirst()).count == 1)
        #expect(values.last.map { (begin...begin + 9).contains($0) } == true)
        #expect(since.value == 0)
        let away = ScriptedDestination { _, _ throws(KustoError) in
            throw KustoError(.unreachable, "away", leg: .upload, disposition: .retry)
        }
        await ingest([try samples.batch(of: partition, 10..<20)], away, behavior: .log)
        #expect(away.attempts > 1)
        #expect(since.value == 0)
    }

    @Test("a table whose failed batches went to another worker is no problem of this one any more")
    func forgetsOutagesOfAbandonedBatches() async throws {
        let (first, second) = try (samples.partition(0), samples.partition(1))
        let since = first.route.metrics.failingSince
        let tries = Atomic(0)
        let shown = Mutex<[Bool]>([])
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            let count = tries.wrappingAdd(1, ordering: .relaxed).newValue
            if count == 20 { first.abandon() }
            if count > 20, first.isAbandoned { shown.withLock { $0.append(since.value > 0) } }
            if count == 40 { second.abandon() }
            throw KustoError(.unreachable, "away", leg: .upload, disposition: .retry)
        }
        await ingest(
            [try samples.batch(of: first), try samples.batch(of: second)],
            destination,
            policy: RetryPolicy(maximumTime: .seconds(36000), backoff: .seconds(10))
        )
        // While the other batch still fails, the table is still a problem.
        #expect(shown.withLock { $0.count } > 0 && shown.withLock { !$0.contains(false) })
        #expect(observer.log == ["+table D.T", "-table D.T"])
        #expect(since.value == 0)
    }

    @Test("a batch that is dropped takes its table's problem with it")
    func endsOutagesOfDroppedBatches() async throws {
        let destination = ScriptedDestination { _, _ throws(KustoError) in
            throw KustoError(.unreachable, "away", leg: .upload, disposition: .retry)
        }
        await ingest([try samples.batch(of: samples.partition())], destination, behavior: .log)
        #expect(observer.log == ["+table D.T", "-table D.T"])
        #expect(!log.entries.contains { $0.message == "ADX accepts batches of a table again" })
    }
}
