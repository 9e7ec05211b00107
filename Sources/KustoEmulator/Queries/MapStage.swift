/// Hands on rows that a closure makes of rows.
final class MapStage: QueryStage {
    private let next: any QueryStage
    private let map: ([CellValue]) -> [CellValue]

    /// Creates the stage; rows go on to `next`.
    init(next: any QueryStage, _ map: @escaping ([CellValue]) -> [CellValue]) { (self.next, self.map) = (next, map) }

    func push(_ row: [CellValue]) throws -> Bool { try next.push(map(row)) }
    func finish() throws { try next.finish() }
}
