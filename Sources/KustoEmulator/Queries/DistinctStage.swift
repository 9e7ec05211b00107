/// Hands on each different row once.
final class DistinctStage: QueryStage {
    private var seen: Set<[CellValue]> = []
    private let limit: Int
    private let next: any QueryStage

    /// Creates the stage; rows go on to `next`.
    init(limit: Int, next: any QueryStage) { (self.limit, self.next) = (limit, next) }

    func push(_ row: [CellValue]) throws -> Bool {
        guard seen.insert(row).inserted else { return true }
        guard seen.count <= limit else { throw QueryLimits.exceeded(limit) }
        return try next.push(row)
    }

    func finish() throws { try next.finish() }
}
