internal import Logging
internal import Metrics
internal import Synchronization

/// Takes the batches that ADX refuses for good, and sees to their records, a few batches at a time.
///
/// A batch that waits here holds no memory for its rows, up to ``light`` batches. Beyond that each keeps its place in the
/// buffers until its turn comes, so that the partitions of a table that refuses everything pause in the end.
final class Recoverer: Sendable {
    private struct Entry {
        let batch: FailedBatch
        /// The batch as it was sealed, if its place in the buffers is to be kept.
        let kept: SealedBatch?
    }

    private struct State {
        var waiting: [Entry] = []
        var running = 0
    }

    /// The most batches that are worked on at a time.
    static let slots = 2
    /// The most batches that wait without a place in the buffers.
    static let light = 64

    private let around: RecoverySurroundings
    private let changes: ChangeSignal
    private let state = Mutex(State())

    init(around: RecoverySurroundings) {
        self.around = around
        changes = ChangeSignal(clock: around.clock)
    }

    /// How many batches wait or are worked on.
    var count: Int { state.withLock { $0.waiting.count + $0.running } }

    /// Whether reading a batch's records again would save any of them, or take them to a dead-letter topic.
    func canHelp(_ batch: FailedBatch) -> Bool {
        around.deadLetters != nil || batch.isTriedAgain || batch.canBeSplit
    }

    /// Takes over a batch; returns at once.
    /// - Parameter sealed: The batch as it was sealed, if it is still there.
    func submit(_ batch: FailedBatch, _ sealed: SealedBatch? = nil) {
        let kept = state.withLock { state in
            let kept = state.waiting.count >= Self.light ? sealed : nil
            state.waiting.append(Entry(batch: batch, kept: kept))
            around.metrics.waiting.set(Double(state.waiting.count))
            return kept
        }
        // Counts as a batch that cannot leave, so that its table's share of the buffers holds it.
        kept?.noteFailure()
        changes.announce()
    }

    /// Forgets the batches of partitions that were given up.
    func purge() {
        let gone = state.withLock { state in
            let gone = state.waiting.filter(\.batch.isAbandoned)
            state.waiting.removeAll(where: \.batch.isAbandoned)
            around.metrics.waiting.set(Double(state.waiting.count))
            return gone
        }
        for entry in gone { leave(entry.batch) }
    }

    /// Works until the task is cancelled.
    func run() async {
        await withTaskExecutorPreference(around.destination.executor) {
            await withDiscardingTaskGroup { group in
                while let batch = await next() {
                    group.addTask { await self.recover(batch) }
                }
                group.cancelAll()
            }
        }
    }

    private func next() async -> FailedBatch? {
        while !Task.isCancelled {
            let seen = changes.count
            let entry: Entry? = state.withLock { state in
                guard state.running < Self.slots, !state.waiting.isEmpty else { return nil }
                state.running += 1
                around.metrics.inProgress.set(Double(state.running))
                defer { around.metrics.waiting.set(Double(state.waiting.count)) }
                return state.waiting.removeFirst()
            }
            if let entry { return entry.batch }
            await changes.wait(since: seen, until: nil)
        }
        return nil
    }

    private func recover(_ batch: FailedBatch) async {
        defer {
            state.withLock { state in
                state.running -= 1
                around.metrics.inProgress.set(Double(state.running))
            }
            changes.announce()
        }
        guard !batch.isAbandoned else { return leave(batch) }
        around.logger.warning(
            "a batch was refused by ADX: its records are read from Kafka again",
            batch.logData.merging([
                "error": batch.fault.message, "error.code": batch.fault.code,
                "recovery.splits": String(batch.canBeSplit),
            ]) { $1 }
        )
        var recovery = BatchRecovery(batch, around: around)
        do throws(RecoveryEnd) {
            let tally = try await recovery.run()
            // Whoever reads the records next sees to them.
            guard !batch.isAbandoned else { throw .abandoned }
            await finish(batch, tally)
        } catch {
            switch error {
            case .abandoned: leave(batch)
            case .failed(let failure):
                around.metrics.ended(.failed)
                // Or each start would stop for them again.
                if failure.code == .recordsGone { await batch.whenGone() }
                batch.whenLeft()
                around.stop.fail(failure)
            }
        }
    }

    private func finish(_ batch: FailedBatch, _ tally: RecoveryTally) async {
        await batch.whenDone()
        if tally.dropped > 0 { batch.route.metrics.batchesDropped.increment() }
        around.metrics.ended(tally.outcome)
        var data = batch.logData.merging([
            "recovery.rows": String(tally.rows), "recovery.dead_letters": String(tally.letters),
            "recovery.dropped": String(tally.dropped), "recovery.deliveries": String(tally.deliveries),
        ]) { $1 }
        if tally.records < batch.rows {
            // Compaction takes records whose key has a newer one.
            data["recovery.gone"] = String(batch.rows - tally.records)
        }
        let level: LogLevel = tally.dropped + tally.letters > 0 ? .error : .info
        around.logger.log(level, "the records of a refused batch are accounted for", data)
    }

    private func leave(_ batch: FailedBatch) {
        around.metrics.ended(.abandoned)
        around.acceptance.health.refused(batch.route)
        batch.whenLeft()
        around.logger.info("the recovery of a refused batch was left to whoever reads its records next", batch.logData)
    }
}
