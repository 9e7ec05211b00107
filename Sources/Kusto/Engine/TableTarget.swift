/// A table that records go to, and the mapping that they go through.
package struct TableTarget: Sendable, Hashable {
    /// The database's name.
    package let database: String
    /// The table's name.
    package let table: String
    /// The mapping, if one is used.
    package let mapping: MappingReference?

    /// Creates a target.
    package init(database: String, table: String, mapping: MappingReference? = nil) {
        self.database = database
        self.table = table
        self.mapping = mapping
    }
}
