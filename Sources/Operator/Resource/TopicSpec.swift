/// One element of `spec.topics`.
package struct TopicSpec: Sendable, Hashable {
    /// The topic, a regular expression after `^`, or `*` for all others.
    package var topic: String
    /// The database.
    package var database: String
    /// The table.
    package var table: String
    /// The format as the connector names it; `nil` for its default.
    package var format: String?
    /// The name of an ingestion mapping.
    package var mapping: String?
    /// Whether records go by streaming ingestion.
    package var isStreaming = false

    /// Creates a part.
    package init(topic: String, database: String, table: String) {
        self.topic = topic
        self.database = database
        self.table = table
    }
}
