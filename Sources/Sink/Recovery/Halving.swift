/// Finds the records of a refused batch that ADX does not take, by delivering ever smaller parts of it.
///
/// A part that is refused is split again until it has one record. Parts are runs of rows: of the records of an offset
/// range, those that produce rows are counted. One bad record among 100,000 takes 34 deliveries in halves. When
/// ``limit`` is reached, what is still refused is given up as it is, good records among it included.
///
/// Pure: the caller reads, delivers and tells what came of it.
struct Halving: Sendable {
    /// A run of rows that ADX has refused together.
    struct Piece: Sendable, Hashable {
        /// The offsets of its records, and of those between them that have no row.
        let range: OffsetRange
        /// How many rows it had when it was delivered.
        let rows: Int
        /// Why ADX refused it.
        let fault: BatchFault
    }

    /// What is to be done next.
    enum Step: Sendable, Hashable {
        /// Deliver the rows of the piece in parts of at most so many rows, as many parts as that takes, and call
        /// ``refused(_:)`` for each one that ADX refuses.
        case split(Piece, rows: Int)
        /// The records of the piece go to the dead-letter topic, or are dropped.
        case giveUp(Piece)
    }

    /// The most deliveries of parts: 16 for each time that the batch can be halved, and 16 more, which is enough to find
    /// each of eight bad records wherever they are.
    let limit: Int
    /// How many parts were delivered, or are about to be.
    private(set) var deliveries = 0
    private let parts: Int
    /// What was refused and not looked at yet; the last one is next.
    private var pieces: [Piece]

    /// Begins with a refused batch.
    /// - Parameters:
    ///   - whole: The batch; if its fault is not about its rows, it is given up without a further delivery.
    ///   - parts: Into how many parts a piece is split; more than two take more deliveries and fewer rounds.
    init(_ whole: Piece, parts: Int = 2) {
        self.parts = max(2, parts)
        limit = Self.limit(rows: whole.rows)
        pieces = [whole]
    }

    /// The most deliveries of parts for a batch of so many rows.
    static func limit(rows: Int) -> Int {
        let levels = max(1, rows).isPowerOfTwo ? max(1, rows).trailingZeroBitCount : rows.bitWidthInUse
        return 2 * (levels + 1) * 8
    }

    /// Returns what is to be done next, or `nil` when nothing is left.
    mutating func next() -> Step? {
        guard let piece = pieces.popLast() else { return nil }
        let count = min(parts, piece.rows)
        guard piece.fault.mayBeData, piece.rows > 1, deliveries + count <= limit else { return .giveUp(piece) }
        let rows = (piece.rows + count - 1) / count
        deliveries += (piece.rows + rows - 1) / rows
        return .split(piece, rows: rows)
    }

    /// Notes parts of the piece that was split last and that ADX has refused, in the order of their offsets.
    mutating func refused(_ parts: [Piece]) { pieces += parts.reversed() }
}

extension Int {
    fileprivate var isPowerOfTwo: Bool { nonzeroBitCount == 1 }
    fileprivate var bitWidthInUse: Int { Int.bitWidth - leadingZeroBitCount }
}
