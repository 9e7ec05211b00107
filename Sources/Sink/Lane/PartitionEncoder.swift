internal import Converters
internal import Kafka
internal import Logging
internal import Metrics

/// Turns the records of one assigned partition into batches, in the order of their offsets.
///
/// Used by its lane alone. A batch's range begins at its first row and ends after the last record read, so that
/// tombstones and skipped records after its rows are settled with it.
final class PartitionEncoder {
    let partition: AssignedPartition
    private let context: LaneContext
    private let builder: BatchBuilder
    /// The offset of the open batch's first row.
    private var lower: Int64?
    private var next: Int64 = 0
    /// Set after a record that stops the worker: what follows must not be read.
    private var isHalted = false

    init(partition: AssignedPartition, context: LaneContext) {
        self.partition = partition
        self.context = context
        builder = BatchBuilder(route: partition.route, context: context)
    }

    /// The open batch, if any, and when it was opened.
    var openBatch: (id: BatchID, openedAt: Duration)? { builder.open }

    /// Appends the records of one run.
    func append(_ records: some RecordSource, _ run: Range<Int>) {
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
            switch records.withMessage(at: index, { builder.append($0) }) {
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
        lower = nil
        builder.discard()
    }

    /// Gives back the memory of the open batch as far as possible: nothing will be added for a while.
    func rest() { builder.rest() }

    /// Seals the open batch, if any.
    func seal(_ reason: SealReason) {
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
