package import JSON

/// A table of a result.
package struct KustoTable: Sendable, Hashable {
    /// The columns' names.
    package let columns: [String]
    /// The rows, each with a value for every column.
    package let rows: [[JSONValue]]

    /// Creates a table.
    package init(columns: [String], rows: [[JSONValue]]) {
        self.columns = columns
        self.rows = rows
    }

    /// A cell by its row and its column's name; `nil` when there is no such column.
    package subscript(row: Int, column: String) -> JSONValue? {
        guard let index = columns.firstIndex(where: { $0.lowercased() == column.lowercased() }),
            rows[row].indices.contains(index)
        else { return nil }
        return rows[row][index]
    }
}
