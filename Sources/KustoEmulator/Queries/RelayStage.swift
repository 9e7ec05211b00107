/// Hands rows on, but not their end, so that several inputs can feed one stage.
final class RelayStage: QueryStage {
    /// Whether more rows matter.
    private(set) var isOpen = true
    private let next: any QueryStage

    /// Creates the stage; rows go on to `next`.
    init(_ next: any QueryStage) { self.next = next }

    func push(_ row: [CellValue]) throws -> Bool {
        isOpen = try next.push(row)
        return isOpen
    }

    func finish() throws {}
}
