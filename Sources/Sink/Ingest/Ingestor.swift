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
    private let stop: StopSignal
    private let metrics: PipelineMetrics
    private let clock: SinkClock
    private let logger: Logger

    init(
        queue: IngestQueue,
        destination: any BatchDestination,
        policy: RetryPolicy,
        behavior: ErrorSettings.Behavior,
        stop: StopSignal,
        metrics: PipelineMetrics,
        clock: SinkClock,
        logger: Logger
    ) {
        self.queue = queue
        self.destination = destination
        self.policy = policy
        self.behavior = behavior
        self.stop = stop
        self.metrics = metrics
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
        var state = BatchState(policy: policy, stopsOnError: behavior == .fail)
        state.seal()
        queue.submit(IngestItem(batch: batch, state: state, blob: nil))
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
        if !item.batch.isAbandoned { item.batch.route.metrics.ingestionAttempts.increment() }
        var action = item.batch.isAbandoned ? .none : item.state.start()
        while true {
            if item.batch.isAbandoned { item.state.abandon() }
            guard !item.state.isFinal || action != .none else { return queue.release(item) }
            switch action {
            case .upload:
                action = await upload(&item)
            case .queue:
                action = await enqueue(&item)
            case .complete:
                complete(item.batch)
                return queue.release(item)
            case .pause(let pause):
                return queue.pause(item, for: pause)
            case .drop, .fail, .none:
                return queue.release(item)
            }
        }
    }

    private func upload(_ item: inout IngestItem) async -> BatchState.Action {
        do {
            item.blob = try await destination.upload(item.batch)
            return item.state.uploaded()
        } catch {
            return failed(&item, error)
        }
    }

    private func enqueue(_ item: inout IngestItem) async -> BatchState.Action {
        guard let blob = item.blob else { return .none }
        do {
            try await destination.enqueue(blob, of: item.batch)
            return item.state.queued()
        } catch {
            return failed(&item, error)
        }
    }

    private func complete(_ batch: SealedBatch) {
        batch.settle()
        let table = batch.route.metrics
        table.ingestionSuccesses.increment()
        table.rawBytes.increment(by: batch.rawBytes)
        table.compressedBytes.increment(by: batch.body.count)
        table.lastSuccess.set(Double(clock.wallMilliseconds()) / 1000)
        let taken = clock.now() - batch.sealedAt
        metrics.ingestTime.observe(taken.seconds)
        if let oldest = batch.oldestTimestamp {
            metrics.endToEndDelay.observe(Double(clock.wallMilliseconds() - oldest) / 1000)
        }
        logger.debug(
            "batch accepted",
            batch.logData.merging([
                "batch.raw_bytes": String(batch.rawBytes), "batch.bytes": String(batch.body.count),
                "batch.ingest_ms": String(Int(taken.seconds * 1000)),
            ]) { $1 }
        )
    }

    private func failed(_ item: inout IngestItem, _ error: KustoError) -> BatchState.Action {
        let batch = item.batch
        // Who is cancelled has not failed: the batch is left to the next start.
        guard !batch.isAbandoned, error.code != .cancelled, !Task.isCancelled else {
            item.state.abandon()
            return .none
        }
        let action = item.state.attemptFailed(
            disposition: error.disposition,
            now: clock.now(),
            retryAfter: error.retryAfter,
            jitter: Double.random(in: 0...1)
        )
        let data = batch.logData.merging([
            "error": error.message, "error.code": "\(error.code)", "batch.attempts": String(item.state.attempts),
        ]) { $1 }
        switch action {
        case .pause(let pause):
            metrics.retries("\(error.leg)_\(error.code)").increment()
            logger.info(
                "batch not accepted, will retry",
                data.merging(["retry.after_ms": String(Int(pause.seconds * 1000))]) { $1 }
            )
        case .drop:
            drop(batch, data)
        case .fail:
            batch.route.metrics.ingestionFailures.increment()
            stop.fail(
                SinkFailure(
                    .ingestion,
                    "batch \(batch.id) of \(batch.origin) for table "
                        + "\(batch.route.qualifiedTable) could not be ingested after \(item.state.attempts) attempts: "
                        + "\(error.message); mend the cause and start again, nothing of it was committed"
                )
            )
        default:
            break
        }
        return action
    }

    private func drop(_ batch: SealedBatch, _ data: [String: String]) {
        let table = batch.route.metrics
        table.ingestionFailures.increment()
        table.batchesDropped.increment()
        table.recordsDropped.increment(by: batch.rows)
        batch.settle()
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
}
