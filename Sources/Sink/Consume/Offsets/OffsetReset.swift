/// Why the next offset of a partition is not in its log, and where reading goes on.
enum OffsetReset: Sendable, Equatable {
    /// Retention has deleted the records from here to the first one that is left.
    case expired(from: Int64, to: Int64)
    /// The log ends before it: it lost records at its end, or the topic was created again. All that it has is read
    /// again.
    case truncated(from: Int64, to: Int64)
    /// The offset is there after all.
    case present(Int64)
    /// No offset was known, and this is where the partition begins.
    case found(Int64)

    /// Compares an offset with the log's first offset and the one after its last.
    init(at offset: Int64, low: Int64, high: Int64) {
        self =
            offset < low
            ? .expired(from: offset, to: low)
            : offset > high ? .truncated(from: offset, to: low) : .present(offset)
    }

    /// Where reading goes on.
    var offset: Int64 {
        switch self {
        case .expired(_, let offset), .truncated(_, let offset), .present(let offset), .found(let offset): offset
        }
    }
}
