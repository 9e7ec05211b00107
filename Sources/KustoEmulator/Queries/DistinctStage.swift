/// Hands on each different row once.
///
/// It remembers 128-bit digests instead of rows, so that millions of different rows need little memory. That two
/// different rows have the same digest is practically impossible.
final class DistinctStage: QueryStage {
    /// The most different rows; about 200 MB.
    private static let maximumRows = 10_000_000

    private var seen: Set<UInt128> = []
    private let next: any QueryStage

    /// Creates the stage; rows go on to `next`.
    init(next: any QueryStage) { self.next = next }

    func push(_ row: [CellValue]) throws -> Bool {
        guard seen.insert(Self.digest(row)).inserted else { return true }
        guard seen.count <= Self.maximumRows else { throw QueryLimits.exceeded(Self.maximumRows) }
        return try next.push(row)
    }

    func finish() throws { try next.finish() }

    private static func digest(_ row: [CellValue]) -> UInt128 {
        var hashers = (Hasher(), Hasher())
        hashers.1.combine(0x9E37_79B9)
        hashers.0.combine(row)
        hashers.1.combine(row)
        let halves = (UInt64(bitPattern: Int64(hashers.0.finalize())), UInt64(bitPattern: Int64(hashers.1.finalize())))
        return UInt128(halves.0) << 64 | UInt128(halves.1)
    }
}
