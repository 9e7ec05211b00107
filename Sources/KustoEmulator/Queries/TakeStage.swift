/// Hands on the first rows.
final class TakeStage: QueryStage {
    private var remaining: Int
    private let next: any QueryStage

    /// Creates the stage; rows go on to `next`.
    init(_ count: Int, next: any QueryStage) { (remaining, self.next) = (count, next) }

    func push(_ row: [CellValue]) throws -> Bool {
        guard remaining > 0 else { return false }
        remaining -= 1
        return try next.push(row) && remaining > 0
    }

    func finish() throws { try next.finish() }
}
