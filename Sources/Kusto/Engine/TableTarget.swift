/// A table that records go to, and the mapping that they go through.
package struct TableTarget: Sendable, Hashable {
    /// The database's name.
    package let database: String
    /// The table's name.
    package let table: String
    /// The mapping, if one is used.
    package let mapping: MappingReference?
    /// Whether batches go by streaming ingestion, for which the table or its database needs a policy.
    package let isStreaming: Bool

    /// Creates a target; without further arguments one for queued ingestion.
    package init(database: String, table: String, mapping: MappingReference? = nil, isStreaming: Bool = false) {
        self.database = database
        self.table = table
        self.mapping = mapping
        self.isStreaming = isStreaming
    }
}
