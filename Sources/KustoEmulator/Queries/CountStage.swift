/// Counts rows.
final class CountStage: QueryStage {
    private var count: Int64
    private let next: any QueryStage

    /// Creates the stage; rows go on to `next`.
    init(startingAt count: Int = 0, next: any QueryStage) { (self.count, self.next) = (Int64(count), next) }

    func push(_ row: [CellValue]) throws -> Bool {
        count += 1
        return true
    }

    func finish() throws {
        _ = try next.push([.integer(count)])
        try next.finish()
    }
}
