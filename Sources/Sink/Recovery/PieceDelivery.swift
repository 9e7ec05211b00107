internal import Kusto
internal import Logging
internal import Metrics

/// Brings parts of a refused batch into ADX, with the retries of any batch.
struct PieceDelivery: Sendable {
    let around: RecoverySurroundings

    /// Delivers a batch and, when ADX has only queued it, waits for what it reports; once more, after a pause, when that is
    /// a failure that may pass.
    /// - Parameter failures: How often ADX has reported such a failure about these rows.
    /// - Returns: `nil` when ADX has the rows, else why it does not.
    func deliver(_ batch: SealedBatch, failures: Int = 0) async throws(RecoveryEnd) -> BatchFault? {
        var batch = batch
        for isLast in [false, true] {
            switch try await send(batch) {
            case .refused(let fault): return fault
            case .accepted: return nil
            case .queued:
                let report: IngestionReport
                switch await answer(about: batch) {
                case .none: throw .abandoned
                case .silence where isLast: return .silence(for: Self.patience)
                case .silence:
                    batch = batch.renamed()
                    continue
                case .report(let answer): report = answer
                }
                guard report.isFailure else { return nil }
                guard report.mayPass, !isLast else { return BatchFault(report) }
                await around.waitAfterReport(failures: failures + 1)
                // ADX keeps what it has said about the old name.
                batch = batch.renamed()
            }
        }
        return nil
    }

    /// How long ADX may say nothing about a part before that counts as a failure that may pass.
    static let patience = Duration.seconds(900)

    private enum Answer {
        case report(IngestionReport)
        case silence
        /// Nobody waits any more.
        case none
    }

    /// Waits for ADX's report, but not for ever: a recovery has one of few places.
    private func answer(about batch: SealedBatch) async -> Answer {
        guard let reports = around.reports else { return .none }
        return await withTaskGroup(of: Answer.self) { group in
            group.addTask { await reports.report(of: batch).map { .report($0) } ?? .none }
            group.addTask { [clock = around.clock] in
                await clock.sleep(Self.patience)
                return .silence
            }
            let first = await group.next() ?? .none
            group.cancelAll()
            return Task.isCancelled ? .none : first
        }
    }

    private enum Outcome {
        case accepted, queued
        case refused(BatchFault)
    }

    private func send(_ batch: SealedBatch) async throws(RecoveryEnd) -> Outcome {
        around.metrics.deliveries.increment()
        var state = BatchState(policy: around.policy)
        while true {
            guard !batch.isAbandoned, !Task.isCancelled, state.start() == .deliver else { throw .abandoned }
            batch.route.metrics.ingestionAttempts.increment()
            var checkpoint = state.checkpoint
            do throws(KustoError) {
                try await around.destination.deliver(batch, from: &checkpoint)
                around.queue.accepted()
                _ = state.accepted()
                around.acceptance.note(batch)
                return checkpoint.isReported ? .queued : .accepted
            } catch {
                guard let pause = try pause(after: error, batch, &state, checkpoint) else {
                    return .refused(BatchFault(error))
                }
                await around.clock.sleep(pause)
            }
        }
    }

    /// Returns how long to wait after a failed attempt, or `nil` when there is no further one.
    private func pause(
        after error: KustoError,
        _ batch: SealedBatch,
        _ state: inout BatchState,
        _ checkpoint: DeliveryCheckpoint
    ) throws(RecoveryEnd) -> Duration? {
        guard !batch.isAbandoned, !Task.isCancelled, error.code != .cancelled else {
            around.acceptance.health.abandoned(batch)
            throw .abandoned
        }
        let isThrottling = error.code == .throttled
        if isThrottling { around.queue.throttled(retryAfter: error.retryAfter) }
        let action = state.failed(
            error.disposition,
            isThrottling: isThrottling,
            leaving: checkpoint,
            now: around.clock.now(),
            retryAfter: error.retryAfter,
            jitter: Double.random(in: 0...1)
        )
        switch action {
        case .retry(let pause):
            around.acceptance.health.failed(batch, error)
            around.acceptance.metrics.retries("\(error.leg)_\(error.code)").increment()
            around.logger.debug(
                "part of a refused batch not accepted, will retry",
                batch.logData.merging([
                    "error": error.message, "error.code": "\(error.code)",
                    "batch.attempts": state.attempts, "retry.after_ms": pause.wholeMilliseconds,
                ]) { $1 }
            )
            return pause
        case .stop: throw .failed(SinkFailure.localFault(batch, error))
        default:
            around.acceptance.health.refused(batch.route)
            return nil
        }
    }
}
