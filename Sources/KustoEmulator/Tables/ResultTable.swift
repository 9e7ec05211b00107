/// What a command or a query answers: columns and rows.
package struct ResultTable: Sendable, Equatable {
    /// The columns, in order.
    package var columns: [Column]
    /// The rows, each with a value for every column.
    package var rows: [[CellValue]]

    /// Creates a result.
    package init(columns: [Column], rows: [[CellValue]] = []) {
        self.columns = columns
        self.rows = rows
    }

    /// The values of the column of that name; empty when there is none.
    package func values(of name: String) -> [CellValue] {
        guard let index = columns.firstIndex(where: { $0.name == name }) else { return [] }
        return rows.map { $0[index] }
    }
}
