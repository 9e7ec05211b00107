/// Why the next offset of a partition is not in its log, and where reading goes on.
enum OffsetReset: Sendable, Equatable {
    /// Retention has deleted the records from here to the first one that is left.
    case expired(from: Int64, to: Int64)
    /// The log ends before it: it lost records at its end, or the topic was created again. All that it has is read
    /// again.
    case truncated(from: Int64, to: Int64)
    /// No offset was known, and this is where the partition begins.
    case found(StartPosition)

    /// Explains why a leader has refused an offset.
    ///
    /// A log's first offset only grows. So an offset that was refused and is not below it was beyond the log's end, even
    /// if the log has outgrown it by the time this is asked: what is there now are other records.
    /// - Parameter low: The log's first offset now.
    init(refused offset: Int64, low: Int64) {
        self = offset < low ? .expired(from: offset, to: low) : .truncated(from: offset, to: low)
    }

    /// The offset that the leader has refused, if there was one.
    var refused: Int64? {
        switch self {
        case .expired(let offset, _), .truncated(let offset, _): offset
        case .found: nil
        }
    }

    /// Where reading goes on.
    var offset: Int64 {
        switch self {
        case .expired(_, let offset), .truncated(_, let offset): offset
        case .found(let start): start.offset
        }
    }
}
