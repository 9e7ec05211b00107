package import Converters
package import SinkConfiguration

/// Where the records of a topic go, and how.
package struct TableRoute: Sendable {
    /// What turns a message's value into row bytes.
    package struct Conversion: Sendable, Hashable {
        /// The converter that reads the value.
        package let kind: ConverterKind
        /// The format of the rows.
        package let format: RecordFormat
    }

    /// The database's name.
    package let database: String
    /// The table's name.
    package let table: String
    /// The format that the rows are in.
    package let format: TopicMapping.Format
    /// The ingestion mapping's name, if one is used.
    package let mapping: String?
    /// What turns a message's value into row bytes.
    package let conversion: Conversion
    /// Counts how much of the buffers the table's batches hold; one for all topics that go to the table.
    let account: BufferAccount
    /// The handles of the table's metrics.
    let metrics: TableMetrics

    /// The table as people write it: `database.table`.
    package var qualifiedTable: String { "\(database).\(table)" }

    /// Whether one message is one blob, byte for byte.
    var holdsOneMessage: Bool { conversion.format.holdsOneMessage }

    /// Whether blobs are gzip; binary formats compress themselves, and ADX's own SDKs send them as they are.
    package var isCompressed: Bool { !format.isBinary }
}
