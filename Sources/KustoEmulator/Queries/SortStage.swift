/// Orders rows; with a limit it keeps only the rows that can be in the result.
final class SortStage: QueryStage {
    /// What rows are compared by.
    struct Key {
        let value: BoundExpression
        let isDescending: Bool
        let areNullsFirst: Bool
    }

    private typealias Entry = (keys: [CellValue], row: [CellValue])

    private let keys: [Key]
    private let limit: Int?
    private let maximumRows: Int
    private let next: any QueryStage
    private var entries: [Entry] = []

    /// Creates a stage that hands on `limit` rows, for `top`, or all, and holds no more than about twice `maximumRows`.
    init(_ keys: [Key], limit: Int?, maximumRows: Int, next: any QueryStage) {
        // More than the result may have is refused anyway.
        (self.keys, self.limit) = (keys, limit.map { min($0, maximumRows + 1) })
        (self.maximumRows, self.next) = (maximumRows, next)
    }

    func push(_ row: [CellValue]) throws -> Bool {
        entries.append((keys.map { $0.value.value(row) }, row))
        if let limit, entries.count >= 2 * limit + 1024 {
            order()
            entries.removeLast(entries.count - limit)
        }
        guard entries.count <= 2 * maximumRows + 1024 else { throw QueryLimits.exceeded(maximumRows) }
        return true
    }

    func finish() throws {
        order()
        for entry in entries.prefix(limit ?? entries.count) where try !next.push(entry.row) { break }
        try next.finish()
    }

    private func order() {
        entries.sort { left, right in
            for (index, key) in keys.enumerated() {
                let (first, second) = (left.keys[index], right.keys[index])
                if first.isNull != second.isNull { return first.isNull == key.areNullsFirst }
                let order = first.compared(to: second) ?? 0
                if order != 0 { return (order < 0) != key.isDescending }
            }
            return false
        }
    }
}
