internal import Converters
internal import FoundationEssentials
internal import Kafka

/// Reads the records of a refused batch from Kafka again, and makes batches or dead letters of them.
///
/// Each call runs on a thread of its own and blocks it. Records that convert to nothing, and those that the converter
/// refuses, are no part of the batch: they were dealt with when it was made.
struct PieceBuilder: Sendable {
    /// Dead letters, and where the rest of their range begins.
    struct Letters: Sendable {
        var letters: [DeadLetter] = []
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
    /// - Throws: ``OffsetRangeError``.
    func build(
        _ batch: FailedBatch,
        _ range: OffsetRange,
        rows: Int,
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
        try each(batch, range, isCancelled) { records, index in
            let offset = records.offset(at: index)
            var outcome = records.withMessage(at: index) { builder.append($0) }
            if outcome == .sealFirst {
                finish()
                count = 0
                outcome = records.withMessage(at: index) { builder.append($0) }
            }
            switch outcome {
            case .added: break
            case .skipped, .rejected: return true
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
        finish()
        return built
    }

    /// Copies the records of a range that were in the batch, until ``letterBytes`` are there.
    /// - Throws: ``OffsetRangeError``.
    func letters(
        _ batch: FailedBatch,
        _ range: OffsetRange,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(OffsetRangeError) -> Letters {
        let context = makeContext()
        let builder = BatchBuilder(route: batch.route, topic: batch.partition.topicPartition.topic, context: context)
        var result = Letters()
        var bytes = 0
        try each(batch, range, isCancelled) { records, index in
            let offset = records.offset(at: index)
            guard bytes < Self.letterBytes else {
                result.next = offset
                return false
            }
            switch records.withMessage(at: index, { builder.append($0) }) {
            case .added: builder.discard()
            case .skipped, .rejected: return true
            case .sealFirst: preconditionFailure("a message does not fit into a container of its own")
            }
            let letter = DeadLetter(copying: records, at: index, from: batch.partition.topicPartition)
            bytes += letter.bytes
            result.letters.append(letter)
            return true
        }
        builder.discard()
        return result
    }

    /// Calls `body` with each record until it says no.
    private func each(
        _ batch: FailedBatch,
        _ range: OffsetRange,
        _ isCancelled: @escaping @Sendable () -> Bool,
        _ body: (any RecordSource, Int) -> Bool
    ) throws(OffsetRangeError) {
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
