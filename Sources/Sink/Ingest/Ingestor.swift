internal import FoundationEssentials
internal import Kusto
internal import Logging
internal import Metrics
internal import SinkConfiguration

/// Brings sealed batches into ADX, with retries off the poll loop, and settles their offsets.
package final class Ingestor: Sendable {
    private let queue: IngestQueue
    private let destination: any BatchDestination
    private let policy: RetryPolicy
    private let behavior: ErrorSettings.Behavior
    private let recoverer: Recoverer?
    private let reports: ReportDesk?
    private let stop: StopSignal
    private let metrics: PipelineMetrics
    private let health: DeliveryHealth
    private let acceptance: Acceptance
    private let clock: SinkClock
    private let logger: Logger

    /// - Parameters:
    ///   - recoverer: Sees to the records of refused batches; `nil` to drop them under `log` and `ignore`.
    ///   - reports: Follows batches that ADX was asked to report about; `nil` when it never is.
    init(
        queue: IngestQueue,
        destination: any BatchDestination,
        policy: RetryPolicy,
        behavior: ErrorSettings.Behavior,
        recoverer: Recoverer? = nil,
        reports: ReportDesk? = nil,
        stop: StopSignal,
        metrics: PipelineMetrics,
        health: DeliveryHealth,
        clock: SinkClock,
        logger: Logger
    ) {
        self.queue = queue
        self.destination = destination
        self.policy = policy
        self.behavior = behavior
        self.recoverer = recoverer
        self.reports = reports
        self.stop = stop
        self.metrics = metrics
        self.health = health
        acceptance = Acceptance(metrics: metrics, health: health, clock: clock, logger: logger)
        self.clock = clock
        self.logger = logger
    }

    /// Takes over a batch that a lane sealed; returns at once.
    func submit(_ batch: SealedBatch) {
        metrics.sealed(batch.reason).increment()
        metrics.batchAge.observe(batch.sealedAt.seconds - batch.openedAt.seconds)
        metrics.batchRawSize.observe(Double(batch.rawBytes))
        metrics.batchCompressedSize.observe(Double(batch.body.count))
        batch.route.metrics.recordsWritten.increment(by: batch.rows)
        logger.debug("batch sealed", batch.logData.merging(["batch.seal_reason": batch.reason.rawValue]) { $1 })
        queue.submit(IngestItem(batch: batch, state: BatchState(policy: policy)))
    }

    /// Works until the queue is closed and empty.
    package func run() async {
        await withTaskExecutorPreference(destination.executor) {
            await withDiscardingTaskGroup { group in
                while let item = await queue.next() {
                    group.addTask { await self.attempt(item) }
                }
            }
        }
    }

    private func attempt(_ first: IngestItem) async {
        var item = first
        defer { if item.state.isFinal { reports?.didPost(item.batch) } }
        guard !item.batch.isAbandoned, item.state.start() == .deliver else {
            health.abandoned(item.batch)
            return queue.release(item)
        }
        reports?.willPost(item.batch)
        item.batch.route.metrics.ingestionAttempts.increment()
        var checkpoint = item.state.checkpoint
        do {
            try await destination.deliver(item.batch, from: &checkpoint)
            queue.accepted()
            if item.state.accepted() == .settle { complete(item.batch, isReported: checkpoint.isReported) }
        } catch {
            if case .retry(let pause) = failed(&item, error, checkpoint) { return queue.pause(item, for: pause) }
        }
        queue.release(item)
    }

    private func complete(_ batch: SealedBatch, isReported: Bool) {
        if isReported, let reports { reports.follow(batch) } else { batch.settle() }
        acceptance.note(batch)
    }

    private func failed(
        _ item: inout IngestItem,
        _ error: KustoError,
        _ checkpoint: DeliveryCheckpoint
    ) -> BatchState.Action {
        let batch = item.batch
        // An attempt that was cancelled has not failed: the batch is left to whoever reads its records next.
        guard !batch.isAbandoned, error.code != .cancelled, !Task.isCancelled else {
            item.state.abandon()
            health.abandoned(batch)
            return .none
        }
        let isThrottling = error.code == .throttled
        if isThrottling { queue.throttled(retryAfter: error.retryAfter) }
        let action = item.state.failed(
            PlantedFault.spillDropped.isPlanted && error.disposition == .stop ? .rejected : error.disposition,
            isThrottling: isThrottling,
            leaving: checkpoint,
            now: clock.now(),
            retryAfter: error.retryAfter,
            jitter: Double.random(in: 0...1)
        )
        let data = batch.logData.merging([
            "error": error.message, "error.code": "\(error.code)", "batch.attempts": item.state.attempts,
        ]) { $1 }
        switch action {
        case .retry(let pause):
            health.failed(batch, error)
            batch.noteFailure()
            metrics.retries("\(error.leg)_\(error.code)").increment()
            // That the table accepts nothing is told once; this is about each batch and attempt.
            logger.debug(
                "batch not accepted, will retry",
                data.merging(["retry.after_ms": pause.wholeMilliseconds]) { $1 }
            )
        case .giveUp:
            health.failedForTheLastTime(error)
            giveUp(batch, error, attempts: item.state.attempts, data)
        case .stop:
            stop.fail(.localFault(batch, error))
        case .deliver, .settle, .none:
            break
        }
        return action
    }

    /// Applies `behavior.on.error` to a batch that ADX does not have.
    private func giveUp(_ batch: SealedBatch, _ error: KustoError, attempts: Int, _ data: LogData) {
        batch.route.metrics.ingestionFailures.increment()
        switch behavior {
        case .log, .ignore:
            let failed = FailedBatch(batch, BatchFault(error), attempts: attempts)
            health.refused(batch.route)
            guard let recoverer, recoverer.canHelp(failed) else { return drop(batch, data) }
            recoverer.submit(failed, batch)
        case .fail:
            stop.fail(
                SinkFailure(
                    .ingestion,
                    "batch \(batch.id) of \(batch.origin) for table \(batch.route.qualifiedTable) could not be ingested after "
                        + "\(attempts) attempts: \(error.message); fix the cause and start again, nothing of it was committed"
                )
            )
        }
    }

    private func drop(_ batch: SealedBatch, _ data: LogData) {
        let table = batch.route.metrics
        table.batchesDropped.increment()
        table.recordsDropped.increment(by: batch.rows)
        batch.settle()
        health.dropped(rows: batch.rows)
        logger.error(
            "batch dropped: its records are not in ADX and will not be read again (behavior.on.error)",
            data
        )
    }
}

extension Duration {
    /// The duration as seconds.
    var seconds: Double {
        let parts = components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }

    /// The duration in milliseconds, rounded down; what does not fit becomes the largest or smallest number.
    var wholeMilliseconds: Int { Int(exactly: (seconds * 1000).rounded(.down)) ?? (seconds < 0 ? .min : .max) }
}
