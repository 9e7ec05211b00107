package import FoundationEssentials

/// What ADX should do with a blob.
package struct IngestionProperties: Sendable, Hashable {
    /// The database's name.
    package var database: String
    /// The table's name.
    package var table: String
    /// The rows' format, in lower case.
    package var format: String
    /// The mapping, if one is used.
    package var mapping: MappingReference?
    /// Bytes before compression; without them ADX would look into the blob and ingest it alone.
    package var rawBytes: Int
    /// The batch's name, the same at every attempt.
    package var sourceID: UUID
    /// Whether ADX ingests the blob at once, by itself, rather than together with others as its batching policy says.
    package var flushesImmediately: Bool

    /// Creates properties.
    package init(
        database: String,
        table: String,
        format: String,
        mapping: MappingReference? = nil,
        rawBytes: Int,
        sourceID: UUID,
        flushesImmediately: Bool = false
    ) {
        self.database = database
        self.table = table
        self.format = format
        self.mapping = mapping
        self.rawBytes = rawBytes
        self.sourceID = sourceID
        self.flushesImmediately = flushesImmediately
    }
}
