internal import Converters
internal import Kafka
internal import Logging
internal import Metrics

/// Turns the records of one assigned partition into batches, in the order of their offsets.
///
/// Used by its lane alone. A batch's range begins at its first row and ends after the last record read, so that
/// tombstones and skipped records after its rows are settled with it.
///
/// A record may have to wait, for a schema that is being fetched or for room in a dead-letter queue. Then it and all that
/// follow are parked here, the poll thread is asked not to fetch the partition, and the lane goes on with the others;
/// whoever is waited for has the lane call ``goOn()``.
final class PartitionEncoder {
    /// Records that wait for those before them.
    private struct Parcel {
        let records: any RecordSource
        let run: Range<Int>
    }

    let partition: AssignedPartition
    private let context: LaneContext
    private let builder: BatchBuilder
    /// The offset of the open batch's first row.
    private var lower: Int64?
    private var next: Int64 = 0
    /// Set after a record that stops the worker: what follows must not be read.
    private var isHalted = false
    /// Bounded by what the client has fetched before it is told to pause.
    private var parked: [Parcel] = []
    private var wait: PauseReason?

    init(partition: AssignedPartition, context: LaneContext) {
        self.partition = partition
        self.context = context
        builder = BatchBuilder(route: partition.route, topic: partition.topicPartition.topic, context: context)
    }

    /// Whether records wait here for something.
    var isWaiting: Bool { wait != nil }

    /// The open batch, if any, and when it was opened.
    var openBatch: (id: BatchID, openedAt: Duration)? { builder.open }

    /// Appends the records of one run, or parks them behind those that wait.
    func append(_ records: some RecordSource, _ run: Range<Int>) {
        if isWaiting { parked.append(Parcel(records: records, run: run)) } else { encode(records, run) }
    }

    /// Goes on with the records that wait, as far as that is possible now.
    func goOn() {
        guard let reason = wait.take() else { return }
        var waiting = parked[...]
        parked = []
        while !isWaiting, let next = waiting.popFirst() { encode(next.records, next.run) }
        parked += waiting
        if wait != reason { partition.resume(reason) }
    }

    private func encode(_ records: some RecordSource, _ run: Range<Int>) {
        guard !isHalted, !partition.isAbandoned else { return }
        var skipped = 0
        var read: Int64?
        for index in run {
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
            case .rejected(let reason):
                tolerate(reason, offset, timestamp: records.timestamp(at: index))
                // A record that stops the worker is read again by the next start.
                next = isHalted ? offset : offset + 1
            }
            read = next
            if isHalted { break }
        }
        if skipped > 0 { partition.route.metrics.recordsSkipped.increment(by: skipped) }
        builder.trim()
        if let read { partition.advance(to: read) }
    }

    /// Forgets the open batch, whose records the partition's next owner reads again.
    func discard() {
        dropParked()
        lower = nil
        builder.discard()
    }

    /// Gives back the memory of the open batch as far as possible: nothing will be added for a while.
    func rest() { builder.rest() }

    /// Seals the open batch, if any.
    ///
    /// When the partition leaves, or the worker stops, the records that wait are dropped: they are read again.
    func seal(_ reason: SealReason) {
        if reason == .revoke || reason == .stop { dropParked() }
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

    private func dropParked() {
        parked = []
        wait = nil
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

    /// Passes over a record that cannot be converted, or stops the worker, as the user wants.
    private func tolerate(_ reason: ConverterError, _ offset: Int64, timestamp: Int64) {
        partition.route.metrics.recordsFailed.increment()
        guard context.tolerance.skips else {
            isHalted = true
            context.stop.fail(
                SinkFailure(
                    .conversion,
                    "the record at topic \(partition.topicPartition.topic) partition \(partition.topicPartition.partition) "
                        + "offset \(offset) could not be converted: \(reason.message); errors.tolerance=all skips such "
                        + "records"
                )
            )
            return
        }
        guard context.tolerance.logs else { return }
        var metadata = [
            "kafka.topic": partition.topicPartition.topic,
            "kafka.partition": String(partition.topicPartition.partition),
            "kafka.offset": String(offset), "error": reason.message,
        ]
        if context.tolerance.logsTimestamps { metadata["kafka.timestamp"] = String(timestamp) }
        context.logger.error("record skipped: it could not be converted", metadata)
    }
}
