internal import FoundationEssentials
internal import Kusto
internal import Logging
internal import Metrics
internal import SinkConfiguration
internal import Synchronization

/// Follows the batches that ADX has queued until it reports what became of them, and takes up what other processes of the
/// sink have left.
///
/// All batches are asked about together: every ``interval`` while some are followed, five times as often while a recovery
/// waits for the parts of one, and once in six times otherwise. A batch that was ingested settles its offsets if they wait
/// for that; one that was not is recovered. A batch about which ADX says nothing for ``ReportRegister/deadline`` is not
/// followed any more: if its offsets wait, it is queued once more.
final class ReportDesk: ReportWaiting {
    private struct State {
        var register = ReportRegister()
        var waiters: [UUID: CheckedContinuation<IngestionReport?, Never>] = [:]
        var warned: Duration?
        var isLooking = false
        var hasFailed = false
        var hasFailedToForget = false
    }

    /// How long a batch may be without a report before a line says so, and the time between such lines.
    static let patience = Duration.seconds(900)
    /// About how many reports are held in memory at a time, of each status table.
    static let limit = 1000

    private let key: ReportKey
    private let reader: any ReportReading
    private let settings: ReportSettings
    private let behavior: ErrorSettings.Behavior
    private let interval: Duration
    /// How often in an interval the tables may be looked at.
    private static let steps = 5
    private let held: HeldPartitions
    private let metrics: ReportMetrics
    private let stop: StopSignal
    private let clock: SinkClock
    private let logger: Logger
    private let silentRows: SilentRows
    private let state = Mutex(State())

    /// - Parameter interval: The time between two looks at the tables.
    init(
        key: ReportKey,
        reader: any ReportReading,
        settings: ReportSettings,
        behavior: ErrorSettings.Behavior,
        interval: Duration,
        held: HeldPartitions,
        metrics: ReportMetrics,
        stop: StopSignal,
        clock: SinkClock,
        logger: Logger
    ) {
        self.key = key
        self.reader = reader
        self.settings = settings
        self.behavior = behavior
        self.interval = interval
        self.held = held
        self.metrics = metrics
        self.stop = stop
        self.clock = clock
        self.logger = logger
        silentRows = SilentRows(key: key, reader: reader, clock: clock, logger: logger)
    }

    /// How many batches are followed.
    var count: Int { state.withLock { $0.register.followed.count } }

    /// Whether batches are followed, or a look may just be handing one over to a recovery.
    var isBusy: Bool { state.withLock { $0.isLooking || !$0.register.followed.isEmpty } }

    /// Notes that a batch is about to be posted, which ADX may report about before the answer is there.
    func willPost(_ batch: SealedBatch) { state.withLock { $0.register.post(batch) } }

    /// Notes that a batch will not be posted again; it was accepted, or others see to it.
    func didPost(_ batch: SealedBatch) { state.withLock { $0.register.endPost(batch.sourceID) } }

    /// Follows a batch that ADX has just queued, and settles its offsets now or when ADX has ingested it.
    func follow(_ batch: SealedBatch) {
        let settlesNow = settings.commitPoint == .queued
        let entry = state.withLock { state in
            state.register.follow(batch, since: clock.now(), isLight: settlesNow)
        }
        if settlesNow { batch.settle() }
        entry?.kept?.noteFailure()
        metrics.unreported.set(Double(count))
    }

    func report(of batch: SealedBatch) async -> IngestionReport? {
        let name = batch.sourceID
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || batch.isAbandoned { return true }
                    _ = state.register.follow(batch, since: clock.now(), isLight: false)
                    state.waiters[name] = continuation
                    return false
                }
                if isOver { continuation.resume(returning: nil) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.register.drop(name)
                return state.waiters.removeValue(forKey: name)
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Looks at the tables until the task is cancelled.
    /// - Parameter recoverer: Takes the batches that ADX could not ingest.
    func run(recoverer: Recoverer) async {
        var (turn, step) = (0, 0)
        while !Task.isCancelled {
            await clock.sleep(interval / Self.steps)
            guard !Task.isCancelled else { return }
            step += 1
            // One look is one request for all batches, and recoveries have the parts of a batch ingested one after the other.
            guard step % Self.steps == 0 || state.withLock({ !$0.waiters.isEmpty }) else { continue }
            purge()
            let hasNews = held.takeNews()
            if hasNews || turn % 6 == 0 || state.withLock({ $0.register.isBusy }) { await look(recoverer) }
            showAge()
            turn += 1
        }
    }

    /// Forgets what belongs to partitions that went to other members.
    func purge() {
        held.purge()
        let waiters = state.withLock { state in
            state.register.purge().compactMap { state.waiters.removeValue(forKey: $0.sourceID) }
        }
        for waiter in waiters { waiter.resume(returning: nil) }
        metrics.unreported.set(Double(count))
    }

    /// Looks at the tables once, and does what follows from what stands there.
    func look(_ recoverer: Recoverer) async {
        guard !held.isEmpty else { return }
        state.withLock { state in
            state.isLooking = true
            state.register.beginLook()
        }
        defer { state.withLock { $0.isLooking = false } }
        var (next, isComplete): (String?, Bool) = (nil, true)
        repeat {
            guard let page = await read(after: next) else { return }
            let room = Recoverer.light - recoverer.count
            let verdicts = state.withLock { state in
                state.register.judge(page.reports, held: { held[$0] }, now: clock.now(), room: room)
            }
            var finished: [IngestionReport] = []
            for (report, verdict) in verdicts {
                switch verdict {
                case .leave: continue
                case .forget: finished.append(report)
                case .followed(let batch): if conclude(batch, report, recoverer) { finished.append(report) }
                case .takenUp(let partition, let range, let rows):
                    takeUp(report, partition, range, rows, recoverer)
                }
            }
            await forget(finished)
            isComplete = isComplete && page.isComplete
            next = page.next
        } while next != nil
        state.withLock { $0.register.endLook(isComplete: isComplete) }
        expire(recoverer)
        await silentRows.removeIfDue()
        metrics.unreported.set(Double(count))
    }

    // MARK: What a report means

    /// - Returns: Whether the report is seen to.
    private func conclude(_ batch: FollowedBatch, _ report: IngestionReport, _ recoverer: Recoverer) -> Bool {
        metrics.count(report.status)
        if let waiter = state.withLock({ $0.waiters.removeValue(forKey: batch.sourceID) }) {
            // Should its row outlive this look, nobody asks for it again.
            state.withLock { $0.register.note(done: batch.sourceID) }
            waiter.resume(returning: report)
            return true
        }
        guard report.isFailure else {
            if report.status == .skipped {
                logger.warning(
                    "ADX has skipped a queued batch: it says that there was nothing to ingest, or that it has the rows",
                    ["batch.id": batch.id.number, "batch.origin": batch.origin, "error": report.details]
                )
            }
            batch.settle()
            return true
        }
        recover(
            batch.failed(
                BatchFault(report),
                isTriedAgain: report.mayPass,
                whenDone: done(report),
                whenLeft: left(report)
            ),
            report,
            recoverer,
            isFinal: !report.mayPass
        )
        return false
    }

    private func takeUp(
        _ report: IngestionReport,
        _ partition: AssignedPartition,
        _ range: OffsetRange,
        _ rows: Int,
        _ recoverer: Recoverer
    ) {
        metrics.count(report.status)
        let label = ReportLabel(report)
        let fault = BatchFault(report)
        let batch = FailedBatch(
            id: .next(),
            sourceID: report.sourceID,
            route: partition.route,
            partition: partition,
            range: range,
            rows: rows,
            attempts: 1,
            fault: fault,
            // The worker may have been stopped to remove the cause.
            isTriedAgain: !fault.mayBeData || behavior == .fail,
            wasQueued: true,
            isTakenUp: label?.assignment != partition.name,
            isCut: label?.range != range,
            whenDone: done(report),
            whenLeft: left(report)
        )
        recover(batch, report, recoverer, isFinal: false)
    }

    /// - Parameter isFinal: Whether the batch must not be sent again as it is.
    private func recover(_ batch: FailedBatch, _ report: IngestionReport, _ recoverer: Recoverer, isFinal: Bool) {
        batch.route.metrics.ingestionFailures.increment()
        logger.error(
            "ADX could not ingest a batch that it had queued",
            batch.logData.merging([
                "error": batch.fault.message, "error.code": batch.fault.code,
                "error.permanent": batch.fault.isPermanent,
            ]) { $1 }
        )
        if behavior == .fail, isFinal {
            stop.fail(.ingestion(batch, batch.fault))
            return
        }
        state.withLock { $0.register.note(recovering: report.sourceID, true) }
        recoverer.submit(batch)
    }

    /// Ends the wait for reports that will hardly come any more; called when the tables have been read.
    private func expire(_ recoverer: Recoverer) {
        let isRepeated = settings.commitPoint == .ingested
        // So many at a time, for the recoverer and for the log.
        let room = isRepeated ? Recoverer.light - recoverer.count : Recoverer.light
        let now = clock.now()
        let batches = state.withLock { $0.register.expire(now: now, limit: room, isRepeated: isRepeated) }
        for batch in batches {
            metrics.missing.increment()
            let age = now - batch.since
            logger.error(
                isRepeated
                    ? "ADX has never reported about a queued batch: it is queued once more, its rows may be in the table twice"
                    : "ADX has never reported about a queued batch, which is not waited for any more: look for its source id "
                        + "in .show ingestion failures, and for its rows in the table",
                data(of: batch, age: age)
            )
            guard isRepeated else { continue }
            let name = batch.sourceID
            state.withLock { $0.register.note(recovering: name, true) }
            let end = { @Sendable [self] in state.withLock { $0.register.note(recovering: name, false) } }
            recoverer.submit(
                batch.failed(.silence(for: age), isTriedAgain: true, whenDone: { end() }, whenLeft: { end() })
            )
        }
    }

    private func data(of batch: FollowedBatch, age: Duration) -> LogData {
        [
            "batch.id": batch.id.number, "batch.origin": batch.origin,
            "batch.source_id": batch.sourceID.uuidString.lowercased(), "batch.rows": batch.rows,
            "kusto.table": batch.route.qualifiedTable, "report.age_seconds": age.components.seconds,
        ]
    }

    /// What is done when a failed batch is accounted for.
    private func done(_ report: IngestionReport) -> @Sendable () async -> Void {
        { [self] in
            state.withLock { $0.register.note(done: report.sourceID) }
            await forget([report])
        }
    }

    private func left(_ report: IngestionReport) -> @Sendable () -> Void {
        { [self] in state.withLock { $0.register.note(recovering: report.sourceID, false) } }
    }

    // MARK: The tables

    private func read(after start: String?) async -> ReportPage? {
        do throws(KustoError) {
            let page = try await reader.reports(
                partitionKey: key.text,
                isFinal: true,
                limit: Self.limit,
                after: start
            )
            if state.withLock({ state in
                defer { state.hasFailed = false }
                return state.hasFailed
            }) {
                logger.info("ADX's reports about queued batches can be read again")
            }
            return page
        } catch {
            guard !Task.isCancelled else { return nil }
            metrics.pollFailures.increment()
            let isFirst = state.withLock { state in
                defer { state.hasFailed = true }
                return !state.hasFailed
            }
            if isFirst {
                logger.warning(
                    "ADX's reports about queued batches cannot be read, they are asked for again",
                    ["error": error.message]
                )
            }
            return nil
        }
    }

    private func forget(_ reports: [IngestionReport]) async {
        guard !reports.isEmpty else { return }
        do throws(KustoError) {
            try await reader.forget(reports)
            state.withLock { $0.hasFailedToForget = false }
        } catch {
            // They are found again, and removed then.
            let isFirst = state.withLock { state in
                defer { state.hasFailedToForget = true }
                return !state.hasFailedToForget
            }
            if isFirst, !Task.isCancelled {
                logger.warning("reports that were seen to cannot be removed yet", ["error": error.message])
            }
        }
    }

    private func showAge() {
        let now = clock.now()
        let (oldest, total) = state.withLock { state in
            (state.register.followed.values.min { $0.since < $1.since }, state.register.followed.count)
        }
        let age = oldest.map { now - $0.since } ?? .zero
        metrics.oldestSeconds.set(age.seconds)
        guard let oldest, age >= Self.patience else { return }
        let isDue = state.withLock { state in
            if let last = state.warned, now - last < Self.patience { return false }
            state.warned = now
            return true
        }
        guard isDue else { return }
        logger.warning(
            settings.commitPoint == .ingested
                ? "ADX has not reported about a queued batch for long; its offsets are not committed until it does, or until "
                    + "the batch was queued once more after six hours"
                : "ADX has not reported about a queued batch for long",
            data(of: oldest, age: age).merging(["batches.unreported": total]) { $1 }
        )
    }
}
