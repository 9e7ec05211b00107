internal import Converters
internal import Dispatch
internal import FoundationEssentials
internal import Kafka
internal import SchemaRegistry

/// Reads the records of a refused batch from Kafka again, and makes batches or dead letters of them.
///
/// Each call runs on a thread of its own and blocks it. Records that convert to nothing, and those that the converter
/// refuses, are no part of the batch: they were dealt with when it was made.
struct PieceBuilder: Sendable {
    /// Dead letters, and where the rest of their range begins.
    struct Letters: Sendable {
        var letters: [DeadLetter] = []
        /// How many records the converter refuses.
        var refused = 0
        /// The first offset that was not read; `nil` when the range is read to its end.
        var next: Int64?
    }

    /// The most bytes of dead letters that are held at a time, unless a single one is larger.
    static let letterBytes = 4 << 20

    let reader: any RecordRereading
    /// Makes what the builders of one thread share.
    let makeContext: @Sendable () -> LaneContext
    /// The most time for one range.
    let timeout: Duration

    /// Builds batches of at most `rows` rows each from a range.
    ///
    /// When there are fewer rows than before and records that cannot be converted, some could be converted then: nothing is
    /// built.
    /// - Parameter expected: How many rows the range had.
    /// - Throws: ``OffsetRangeError``.
    func build(
        _ batch: FailedBatch,
        _ range: OffsetRange,
        rows: Int,
        of expected: Int,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(OffsetRangeError) -> [SealedBatch] {
        let context = makeContext()
        let builder = BatchBuilder(route: batch.route, topic: batch.partition.topicPartition.topic, context: context)
        var built: [SealedBatch] = []
        var lower: Int64?
        var upper = range.lower
        func finish() {
            guard let content = builder.finish(), let begin = lower.take() else { return }
            built.append(seal(content, batch, OffsetRange(lower: begin, upper: upper), context))
        }
        var count = 0
        var missing: SchemaKey?
        var refused: (offset: Int64, reason: String)?
        try each(batch, range, isCancelled) { records, index in
            let offset = records.offset(at: index)
            var outcome = append(records, index, to: builder, context, isCancelled)
            if outcome == .sealFirst {
                finish()
                count = 0
                outcome = append(records, index, to: builder, context, isCancelled)
            }
            switch outcome {
            case .added: break
            case .awaits(let key, _):
                missing = key
                return false
            case .rejected(let error, _):
                refused = refused ?? (offset, error.message)
                return true
            case .skipped: return true
            case .sealFirst: preconditionFailure("a message does not fit into a container of its own")
            }
            if lower == nil { lower = offset }
            upper = offset + 1
            count += 1
            if count == rows {
                finish()
                count = 0
            }
            return true
        }
        if let missing { throw Self.lacks(missing, at: upper) }
        finish()
        if let refused, built.reduce(0, { $0 + $1.rows }) < expected {
            throw OffsetRangeError(
                code: .timedOut,
                message:
                    "records that could be converted before cannot be now, perhaps since the converter, the format or the "
                    + "schema registry is another; the first that cannot has offset \(refused.offset): \(refused.reason)",
                position: refused.offset
            )
        }
        return built
    }

    /// Copies the records of a range that can be converted, until ``letterBytes`` are there.
    /// - Parameter onlyRefused: Copies instead those that cannot.
    /// - Throws: ``OffsetRangeError``.
    func letters(
        _ batch: FailedBatch,
        _ range: OffsetRange,
        onlyRefused: Bool,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(OffsetRangeError) -> Letters {
        let context = makeContext()
        let builder = BatchBuilder(route: batch.route, topic: batch.partition.topicPartition.topic, context: context)
        var result = Letters()
        var bytes = 0
        var missing: SchemaKey?
        var position = range.lower
        try each(batch, range, isCancelled) { records, index in
            let offset = records.offset(at: index)
            guard bytes < Self.letterBytes else {
                result.next = offset
                return false
            }
            switch append(records, index, to: builder, context, isCancelled) {
            case .added:
                builder.discard()
                if onlyRefused { return true }
            case .rejected:
                result.refused += 1
                if !onlyRefused { return true }
            case .skipped: return true
            case .awaits(let key, _):
                (missing, position) = (key, offset)
                return false
            case .sealFirst: preconditionFailure("a message does not fit into a container of its own")
            }
            let letter = DeadLetter(copying: records, at: index, from: batch.partition.topicPartition)
            bytes += letter.bytes
            result.letters.append(letter)
            return true
        }
        builder.discard()
        if let missing { throw Self.lacks(missing, at: position) }
        return result
    }

    /// Appends a record; waits for its schema until the recovery is cancelled, which blocks the thread.
    /// - Returns: `awaits` when nobody waits any more.
    private func append(
        _ records: any RecordSource,
        _ index: Int,
        to builder: BatchBuilder,
        _ context: LaneContext,
        _ isCancelled: @Sendable () -> Bool
    ) -> BatchBuilder.Outcome {
        while true {
            let outcome = records.withMessage(at: index) { builder.append($0) }
            guard case .awaits(let key, let side) = outcome, let source = context.schemas[side] else { return outcome }
            let isThere = DispatchSemaphore(value: 0)
            let waiter = source.whenSettled(key) { isThere.signal() }
            defer { if let waiter { source.withdraw(waiter) } }
            while isThere.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
                if isCancelled() { return outcome }
            }
        }
    }

    private static func lacks(_ key: SchemaKey, at offset: Int64) -> OffsetRangeError {
        OffsetRangeError(
            code: .cancelled,
            message: "the record at offset \(offset) waits for \(key), which the schema registry does not give",
            position: offset
        )
    }

    /// Calls `body` with each record until it says no.
    private func each(
        _ batch: FailedBatch,
        _ range: OffsetRange,
        _ isCancelled: @escaping @Sendable () -> Bool,
        _ body: (any RecordSource, Int) -> Bool
    ) throws(OffsetRangeError) {
        guard !batch.partition.isSuperseded else {
            throw OffsetRangeError(
                code: .endsEarly(end: range.lower),
                message:
                    "the records of \(batch.partition.topicPartition) from offset \(range.lower) on are gone: the log lost its "
                    + "end, or the topic was created again",
                position: range.lower
            )
        }
        try reader.read(batch.partition.topicPartition, range, timeout: timeout, isCancelled: isCancelled) {
            records,
            places in
            for index in places {
                guard body(records, index) else { return false }
            }
            return true
        }
    }

    private func seal(
        _ content: BatchBuilder.Content,
        _ batch: FailedBatch,
        _ range: OffsetRange,
        _ context: LaneContext
    ) -> SealedBatch {
        SealedBatch(
            id: content.id,
            route: batch.route,
            path: .path(for: batch.route),
            slices: [BatchSlice(partition: batch.partition, ticket: nil, range: range)],
            rows: content.rows,
            rawBytes: content.rawBytes,
            body: content.body,
            reason: .recovery,
            openedAt: content.openedAt,
            sealedAt: context.clock.now(),
            oldestTimestamp: content.oldestTimestamp,
            partOf: batch.sourceID
        )
    }
}
