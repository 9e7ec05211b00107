package import Converters

/// Where the records of a topic go.
package struct TopicMapping: Sendable, Hashable {
    /// The topic's name, or `*` for every topic without a mapping of its own.
    package var topic: String
    /// The database.
    package var database: String
    /// The table.
    package var table: String
    /// How rows are written.
    package var format: RecordFormat
    /// The name of an ingestion mapping that exists in the table or database.
    package var mapping: String?
    /// Whether batches go by streaming ingestion where they are small enough.
    package var isStreaming: Bool

    /// Whether this is for every topic without a mapping of its own.
    package var isWildcard: Bool { topic == "*" }
}
