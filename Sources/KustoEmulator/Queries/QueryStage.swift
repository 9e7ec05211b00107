/// One step of a running query: takes rows and hands rows on.
protocol QueryStage: AnyObject {
    /// Takes a row; returns whether more rows matter.
    func push(_ row: [CellValue]) throws -> Bool
    /// Says that no more rows come.
    func finish() throws
}
