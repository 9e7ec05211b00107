/// A column of a table or of a result.
package struct Column: Sendable, Hashable {
    /// The column's name; case matters.
    package let name: String
    /// The type of its values.
    package let type: ColumnType

    /// Creates a column.
    package init(_ name: String, _ type: ColumnType) {
        self.name = name
        self.type = type
    }
}
