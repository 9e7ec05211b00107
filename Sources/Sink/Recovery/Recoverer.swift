internal import Kafka
internal import Logging
internal import Metrics
internal import SinkConfiguration
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
        // Those that wait are left to the next start.
        around.metrics.waiting.set(0)
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
                "recovery.splits": batch.canBeSplit,
            ]) { $1 }
        )
        var lost = 0
        var rest: FailedBatch? = batch
        while let part = rest {
            var recovery = BatchRecovery(part, around: around)
            do throws(RecoveryEnd) {
                var tally = try await recovery.run()
                // Whoever reads the records next sees to them.
                guard !batch.isAbandoned else { throw .abandoned }
                tally.dropped += lost
                return await finish(batch, tally)
            } catch {
                switch error {
                case .abandoned: return leave(batch)
                case .failed(let failure): return fail(batch, failure)
                case .gone(let error):
                    // Its report stays: the next start takes it up, and sends what Kafka still has of the batch.
                    guard !stops(for: batch) else {
                        return fail(batch, .reading(batch, error, around.deadLetters))
                    }
                    if case .expired(let offset) = error.code { rest = part.rest(from: offset) } else { rest = nil }
                    lost += writeOff(part, before: rest?.range.lower ?? part.range.upper, error)
                }
            }
        }
        await finish(batch, RecoveryTally(dropped: lost))
    }

    /// Whether the worker stops when Kafka has records of a batch no more.
    ///
    /// A stop brings none of them back: it only makes people look, so one is enough, and what an earlier process has left is
    /// no reason for another.
    private func stops(for batch: FailedBatch) -> Bool {
        !batch.isTakenUp && (around.behavior == .fail || around.deadLetters != nil)
    }

    /// Tells of records that neither ADX nor Kafka has.
    /// - Returns: How many there were, as far as that can be known.
    private func writeOff(_ batch: FailedBatch, before end: Int64, _ error: OffsetRangeError) -> Int {
        let range = OffsetRange(lower: batch.range.lower, upper: end)
        let count = min(batch.rows, Int(clamping: range.upper - range.lower))
        batch.route.metrics.recordsDropped.increment(by: count)
        around.acceptance.health.dropped(rows: count)
        around.logger.error(
            "records that ADX could not ingest are not in Kafka any more either: they are lost, unless their producer sends "
                + "them again; raise retention.ms of the topic so that it is longer than a batch can fail",
            batch.logData.merging([
                "kafka.offsets": range.description, "batch.rows": count, "kafka.problem": error.message,
                "error": batch.fault.message, "error.code": batch.fault.code,
            ]) { $1 }
        )
        return count
    }

    private func fail(_ batch: FailedBatch, _ failure: SinkFailure) {
        around.metrics.ended(.failed)
        batch.whenLeft()
        around.stop.fail(failure)
    }

    private func finish(_ batch: FailedBatch, _ tally: RecoveryTally) async {
        await batch.whenDone()
        if tally.dropped > 0 { batch.route.metrics.batchesDropped.increment() }
        around.metrics.ended(tally.outcome)
        var data = batch.logData.merging([
            "recovery.rows": tally.rows, "recovery.dead_letters": tally.letters,
            "recovery.dropped": tally.dropped, "recovery.deliveries": tally.deliveries,
        ]) { $1 }
        if tally.records < batch.rows {
            // Compaction takes records whose key has a newer one.
            data["recovery.gone"] = batch.rows - tally.records
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
