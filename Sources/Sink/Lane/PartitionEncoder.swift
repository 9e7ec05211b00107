internal import Compression
internal import Converters
internal import Kafka
internal import Logging
internal import Metrics

/// Turns the records of one assigned partition into batches.
///
/// Lane-confined. A batch is opened by the first row, never by a record that has none; its range ends behind the last
/// record read, so that tombstones and skipped records behind its rows are settled with it.
final class PartitionEncoder {
    /// The batch that takes rows now.
    private struct OpenBatch {
        let id: BatchID
        let body: BatchBuffer
        var frame = GzipMember()
        let lower: Int64
        let openedAt: Duration
        var rows = 0
        var rawBytes = 0
        var oldestTimestamp: Int64?

        mutating func count(rowBytes: Int, timestamp: Int64) {
            rows += 1
            rawBytes += rowBytes
            if timestamp >= 0 { oldestTimestamp = min(oldestTimestamp ?? timestamp, timestamp) }
        }
    }

    let partition: AssignedPartition
    private let context: LaneContext
    private let converter: RecordConverter
    private let code: LearnedCode
    private var open: OpenBatch?
    private var tail: LaneTail?
    private var next: Int64 = 0
    /// Set after a record that stops the worker: what follows must not be read.
    private var isHalted = false

    init(partition: AssignedPartition, context: LaneContext) {
        self.partition = partition
        self.context = context
        converter = context.converter(for: partition.route.conversion)
        code = context.code(for: partition.route)
    }

    deinit { closeTail() }

    /// The open batch, if any, and when it was opened.
    var openBatch: (id: BatchID, openedAt: Duration)? { open.map { ($0.id, $0.openedAt) } }

    /// Appends the records of one run.
    func append(_ messages: ReceivedMessages, _ run: Range<Int>) {
        guard !isHalted, !partition.isAbandoned else { return }
        var skipped = 0
        for index in run {
            let offset = messages.offset(at: index)
            guard offset >= next else { return refuse(offset) }
            let outcome = unsafe messages.withValue(at: index) { unsafe convert($0) }
            switch outcome {
            case .row(let bytes):
                append(rowBytes: bytes, offset: offset, timestamp: messages.timestamp(at: index))
            case .skipped:
                skipped += 1
            case .rejected(let reason):
                guard tolerate(reason, offset, timestamp: messages.timestamp(at: index)) else { return }
            case .needsSpace:
                preconditionFailure("the converter asked for space that it was given")
            }
            next = offset + 1
        }
        if skipped > 0 { partition.route.metrics.recordsSkipped.increment(by: skipped) }
        if open == nil { closeTail() }
        partition.advance(to: next)
    }

    /// Forgets the open batch, whose records the partition's next owner reads again.
    func discard() {
        open = nil
        closeTail()
    }

    /// Gives back the memory of the open batch as far as possible: nothing will be added for a while.
    func rest() {
        flushOpenBatch()
        closeTail()
        open?.body.rest()
    }

    /// Seals the open batch, if any.
    func seal(_ reason: SealReason) {
        guard var batch = open.take() else { return }
        flush(&batch)
        closeTail()
        if partition.route.isCompressed { batch.body.append(batch.frame.trailer()) }
        let range = OffsetRange(lower: batch.lower, upper: next)
        let ticket = partition.seal(range)
        context.submit(
            SealedBatch(
                id: batch.id,
                route: partition.route,
                path: .path(for: partition.route),
                slices: [BatchSlice(partition: partition, ticket: ticket, range: range)],
                rows: batch.rows,
                rawBytes: batch.rawBytes,
                body: batch.body,
                reason: reason,
                openedAt: batch.openedAt,
                sealedAt: context.clock.now(),
                oldestTimestamp: batch.oldestTimestamp
            )
        )
    }

    private func convert(_ value: UnsafeRawBufferPointer?) -> RecordOutcome {
        while true {
            let tail = self.tail ?? openTail()
            let outcome = unsafe converter.append(value, to: tail.buffer, at: tail.used)
            guard case .needsSpace(let bytes) = outcome else { return outcome }
            makeRoom(bytes, in: tail)
        }
    }

    private func makeRoom(_ bytes: Int, in tail: LaneTail) {
        if context.tails.grow(tail) { return }
        if tail.used > 0 { flushOpenBatch() } else { tail.reserve(bytes) }
    }

    private func openTail() -> LaneTail {
        let tail = context.tails.open { [unowned self] in
            flushOpenBatch()
            closeTail()
        }
        self.tail = tail
        return tail
    }

    private func closeTail() {
        guard let tail else { return }
        context.tails.close(tail)
        self.tail = nil
    }

    private func append(rowBytes: Int, offset: Int64, timestamp: Int64) {
        if open == nil { begin(at: offset) }
        tail?.used += rowBytes
        open?.count(rowBytes: rowBytes, timestamp: timestamp)
        let isFull = (open?.rawBytes ?? 0) > context.policy.maximumBytes
        if partition.route.holdsOneMessage || isFull {
            next = offset + 1
            seal(partition.route.holdsOneMessage ? .singleMessage : .size)
        } else if tail?.isInClass == false {
            // What a large record borrowed is in no budget.
            flushOpenBatch()
        }
    }

    private func begin(at offset: Int64) {
        let body = BatchBuffer(pool: context.buffers.pool, disk: context.buffers.disk)
        if partition.route.isCompressed { body.append(GzipMember.header) }
        open = OpenBatch(id: .next(), body: body, lower: offset, openedAt: context.clock.now())
        partition.open(at: offset)
    }

    private func flushOpenBatch() {
        guard var batch = open.take() else { return }
        flush(&batch)
        open = batch
    }

    private func flush(_ batch: inout OpenBatch) {
        guard let tail, tail.used > 0 else { return }
        if partition.route.isCompressed {
            unsafe context.deflate(tail.rows, into: batch.body, &batch.frame, code)
        } else {
            unsafe batch.body.append(tail.rows)
        }
        tail.clear()
    }

    /// Stops the worker: what the ledger knows of this partition is of another log.
    private func refuse(_ offset: Int64) {
        isHalted = true
        context.stop.fail(
            SinkFailure(
                .kafka,
                "topic \(partition.topicPartition.topic) partition \(partition.topicPartition.partition) goes on at offset "
                    + "\(offset), but \(next) was to come: the topic was made anew or lost records at its end; a restart "
                    + "reads on from there"
            )
        )
    }

    /// - Returns: Whether the next record may be read.
    private func tolerate(_ reason: ConverterError, _ offset: Int64, timestamp: Int64) -> Bool {
        partition.route.metrics.recordsFailed.increment()
        let place =
            "topic \(partition.topicPartition.topic) partition \(partition.topicPartition.partition) offset \(offset)"
        if context.tolerance.skips {
            if context.tolerance.logs {
                var metadata = [
                    "kafka.topic": partition.topicPartition.topic,
                    "kafka.partition": String(partition.topicPartition.partition),
                    "kafka.offset": String(offset), "error": reason.message,
                ]
                if context.tolerance.logsTimestamps { metadata["kafka.timestamp"] = String(timestamp) }
                context.logger.error("record skipped: it could not be converted", metadata)
            }
            return true
        }
        isHalted = true
        // Not `next`, which an encoder knows only from its second record on.
        partition.advance(to: offset)
        context.stop.fail(
            SinkFailure(
                .conversion,
                "the record at \(place) could not be converted: \(reason.message); mend the producer or the converter, "
                    + "or set errors.tolerance=all to skip such records"
            )
        )
        return false
    }
}
