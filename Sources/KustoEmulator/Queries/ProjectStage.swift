/// Hands on rows made of expressions, or the row itself with more columns.
final class ProjectStage: QueryStage {
    private let expressions: [BoundExpression]
    private let next: any QueryStage

    /// Creates the stage; rows go on to `next`.
    init(_ expressions: [BoundExpression], next: any QueryStage) { (self.expressions, self.next) = (expressions, next) }

    func push(_ row: [CellValue]) throws -> Bool { try next.push(expressions.map { $0.value(row) }) }
    func finish() throws { try next.finish() }
}
