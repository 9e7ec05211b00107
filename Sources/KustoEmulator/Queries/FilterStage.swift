/// Hands on the rows for which an expression is true.
final class FilterStage: QueryStage {
    private let condition: BoundExpression
    private let next: any QueryStage

    /// Creates the stage; rows go on to `next`.
    init(_ condition: BoundExpression, next: any QueryStage) { (self.condition, self.next) = (condition, next) }

    func push(_ row: [CellValue]) throws -> Bool { condition.isTrue(row) ? try next.push(row) : true }
    func finish() throws { try next.finish() }
}
