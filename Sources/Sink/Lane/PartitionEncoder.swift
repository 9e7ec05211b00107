internal import Converters
internal import Kafka
internal import Logging
internal import Metrics
internal import SchemaRegistry

/// Turns the records of one assigned partition into batches, in the order of their offsets.
///
/// Used by its lane alone. A batch's range begins at its first row and ends after the last record read, so that
/// tombstones and skipped records after its rows are settled with it.
///
/// A record may have to wait, for a schema that is being fetched or for room in a dead-letter queue. Then it and all that
/// follow wait here, the poll thread is asked not to fetch the partition, and the lane goes on with the others; whoever
/// is waited for has the lane call ``goOn()``. Records that find no room meanwhile are dropped, see ``WaitingRecords``.
/// The ledger never passes them, and the poll thread has them fetched again: behind all that it sent before, it has the
/// lane call ``readAgain()``.
final class PartitionEncoder {
    let partition: AssignedPartition
    private let context: LaneContext
    private let builder: BatchBuilder
    /// The offset of the open batch's first row.
    private var lower: Int64?
    private var next: Int64 = 0
    /// Set after a record that stops the worker: what follows must not be read.
    private var isHalted = false
    private var waiting: WaitingRecords
    private var wait: PauseReason?
    private var waiter: (SchemaWaiter, any SchemaSource)?

    init(partition: AssignedPartition, context: LaneContext) {
        self.partition = partition
        self.context = context
        waiting = WaitingRecords(context.buffers)
        builder = BatchBuilder(route: partition.route, topic: partition.topicPartition.topic, context: context)
    }

    /// Whether records wait here for something.
    var isWaiting: Bool { wait != nil }

    /// The open batch, if any, and when it was opened.
    var openBatch: (id: BatchID, openedAt: Duration)? { builder.open }

    /// Appends the records of one run, or lets them wait behind those that do.
    func append(_ records: some RecordSource, _ run: Range<Int>) {
        // Records that were dropped come before these, which will come again.
        guard waiting.firstDropped == nil else { return }
        if isWaiting {
            waiting.add(records, run)
        } else if let index = encode(records, run) {
            waiting.add(records, index..<run.upperBound)
        }
    }

    /// Goes on with the records that wait, as far as that is possible now.
    func goOn() {
        guard let reason = wait.take() else { return }
        withdraw()
        waiting.drain { encode($0, $1) }
        if !isWaiting, !isHalted, let offset = waiting.firstDropped { partition.readAgain(from: offset) }
        if wait != reason { partition.resume(reason) }
    }

    /// Takes records again after some were dropped: the next ones begin with the first of these.
    func readAgain() { waiting.begin() }

    /// Adds records to the open batch, as far as that is possible.
    /// - Returns: The first record that has to wait, if one has to.
    private func encode(_ records: some RecordSource, _ run: Range<Int>) -> Int? {
        guard !isHalted, !partition.isAbandoned else { return nil }
        var firstWaiting: Int?
        var skipped = 0
        var read: Int64?
        records: for index in run {
            let offset = records.offset(at: index)
            // The greatest number cannot be an offset: there is no next one that could be committed.
            guard offset >= next, offset < .max else {
                refuse(offset)
                break
            }
            var outcome = records.withMessage(at: index) { builder.append($0) }
            if outcome == .sealFirst {
                seal(.schema)
                outcome = records.withMessage(at: index) { builder.append($0) }
            }
            switch outcome {
            case .sealFirst: preconditionFailure("a message does not fit into a container of its own")
            case .added:
                if lower == nil { begin(at: offset) }
                next = offset + 1
                if let reason = builder.sealReason { seal(reason) }
            case .skipped:
                skipped += 1
                next = offset + 1
            case .awaits(let key, let side):
                firstWaiting = index
                hold(.registry)
                goOn(when: key, side)
                break records
            case .rejected(let reason, let side):
                switch context.rejections.take(records, at: index, of: partition, reason, side) {
                case .passed: next = offset + 1
                case .waits:
                    firstWaiting = index
                    hold(.deadLetters)
                    context.rejections.whenRoom { [goOn = context.goOn, partition] in goOn(partition) }
                    break records
                case .stops(let failure):
                    // The record is read again by the next start.
                    isHalted = true
                    next = offset
                    context.stop.fail(failure)
                }
            }
            read = next
            if isHalted { break }
        }
        if skipped > 0 { partition.route.metrics.recordsSkipped.increment(by: skipped) }
        builder.trim()
        if let read { partition.advance(to: read) }
        return firstWaiting
    }

    /// Forgets the open batch, whose records the partition's next owner reads again.
    func discard() {
        dropWaiting()
        lower = nil
        builder.discard()
    }

    /// Gives back the memory of the open batch as far as possible: nothing will be added for a while.
    func rest() { builder.rest() }

    /// Seals the open batch, if any.
    ///
    /// When the partition leaves, or the worker stops, the records that wait are dropped: they are read again.
    func seal(_ reason: SealReason) {
        if reason == .revoke || reason == .stop { dropWaiting() }
        guard let content = builder.finish(), let lower = lower.take() else { return }
        let range = OffsetRange(lower: lower, upper: next)
        let ticket = partition.seal(range)
        context.submit(
            SealedBatch(
                id: content.id,
                route: partition.route,
                path: .path(for: partition.route),
                slices: [BatchSlice(partition: partition, ticket: ticket, range: range)],
                rows: content.rows,
                rawBytes: content.rawBytes,
                body: content.body,
                reason: reason,
                openedAt: content.openedAt,
                sealedAt: context.clock.now(),
                oldestTimestamp: content.oldestTimestamp
            )
        )
    }

    /// Lets the partition wait, and pause.
    private func hold(_ reason: PauseReason) {
        wait = reason
        partition.pause(reason)
    }

    /// Has the lane go on when a schema is there.
    private func goOn(when key: SchemaKey, _ side: MessageSide) {
        guard let source = context.schemas[side] else { return }
        let waiter = source.whenSettled(key) { [goOn = context.goOn, partition] in goOn(partition) }
        self.waiter = waiter.map { ($0, source) }
    }

    private func dropWaiting() {
        waiting.drop()
        withdraw()
        // The reason holds for the partition, whoever reads it: an assignment that follows this one would stay paused.
        if let reason = wait.take() { partition.resume(reason) }
    }

    private func withdraw() {
        guard let (waiter, source) = waiter.take() else { return }
        source.withdraw(waiter)
    }

    private func begin(at offset: Int64) {
        lower = offset
        partition.open(at: offset)
    }

    /// Stops the worker: the partition's ledger belongs to another log than this record.
    private func refuse(_ offset: Int64) {
        isHalted = true
        context.stop.fail(
            SinkFailure(
                .kafka,
                "topic \(partition.topicPartition.topic) partition \(partition.topicPartition.partition) continues at "
                    + "offset \(offset), but \(next) was expected: the topic was created again or lost records at its end; "
                    + "start again, and the worker finds out where to continue"
            )
        )
    }
}
