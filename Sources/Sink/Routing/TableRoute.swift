package import Converters

/// Where the records of a topic go, and how.
package struct TableRoute: Sendable {
    /// The database's name.
    package let database: String
    /// The table's name.
    package let table: String
    /// The ingestion mapping's name, if one is used.
    package let mapping: String?
    /// Whether batches go by streaming ingestion where they are small enough.
    package var isStreaming = false
    /// What turns a message's value into row bytes.
    package let conversion: Conversion
    /// Counts how much of the buffers the table's batches hold; one for all topics that go to the table.
    let account: BufferAccount
    /// The handles of the table's metrics.
    let metrics: TableMetrics

    /// The table as people write it: `database.table`.
    package var qualifiedTable: String { "\(database).\(table)" }

    /// The format that the rows are in.
    package var format: RecordFormat { conversion.format }

    /// Whether blobs are gzip; binary formats compress themselves, and ADX's own SDKs send them as they are.
    package var isCompressed: Bool { !format.isBinary }
}
