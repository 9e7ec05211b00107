internal import Kafka

/// What reads a range of offsets again: Kafka, or a test's stand-in.
protocol RecordRereading: Sendable {
    /// Reads the records of a range in the order of their offsets; blocks, so it is for threads of their own.
    /// - Parameters:
    ///   - partition: Where to read.
    ///   - range: Which offsets; some may have no record.
    ///   - timeout: The most time for all of it.
    ///   - isCancelled: Asked several times a second whether to stop.
    ///   - body: Gets the records in pieces, and says whether it wants more.
    /// - Throws: ``OffsetRangeError``.
    func read(
        _ partition: TopicPartition,
        _ range: OffsetRange,
        timeout: Duration,
        isCancelled: @escaping @Sendable () -> Bool,
        _ body: (any RecordSource, Range<Int>) -> Bool
    ) throws(OffsetRangeError)
}

extension OffsetRangeReader: RecordRereading {
    func read(
        _ partition: TopicPartition,
        _ range: OffsetRange,
        timeout: Duration,
        isCancelled: @escaping @Sendable () -> Bool,
        _ body: (any RecordSource, Range<Int>) -> Bool
    ) throws(OffsetRangeError) {
        var reading = try open(partition, range.lower..<range.upper, timeout: timeout, isCancelled: isCancelled)
        while let records = try reading.next() {
            guard body(records, 0..<records.count) else { return }
        }
    }
}
