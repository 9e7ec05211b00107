/// A table that records shall go to, and the mapping that they shall go through.
package struct TableTarget: Sendable, Hashable {
    /// A mapping and the kind it must have.
    package struct Mapping: Sendable, Hashable {
        /// The mapping's name.
        package let name: String
        /// The kind with its capitals, such as `Json`.
        package let kind: String

        /// Creates a mapping.
        package init(name: String, kind: String) {
            self.name = name
            self.kind = kind
        }
    }

    /// The database's name.
    package let database: String
    /// The table's name.
    package let table: String
    /// The mapping, if one is used.
    package let mapping: Mapping?

    /// Creates a target.
    package init(database: String, table: String, mapping: Mapping? = nil) {
        self.database = database
        self.table = table
        self.mapping = mapping
    }
}
