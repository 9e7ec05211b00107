/// How the bytes of a source are to be read and where they go.
struct SourceProperties: Sendable {
    /// Which mapping applies.
    enum Mapping: Sendable, Equatable {
        /// By position or by name.
        case none
        /// A mapping stored in the cluster.
        case reference(String)
        /// A mapping given as JSON.
        case inline(String)
    }

    /// The database.
    let database: String
    /// The table.
    let table: String
    /// The format of the data.
    let format: DataFormat
    /// How records become rows.
    var mapping = Mapping.none
    /// Tags of the new rows; `ingest-by:` and `drop-by:` prefixes included.
    var tags: [String] = []
    /// Values of `ingest-by:` tags that make this ingestion a no-op.
    var ingestIfNotExists: [String] = []
    /// When the extent is to count as created, in ticks; `nil` for the time of ingestion.
    var creationTime: Int64?
    /// Whether the first record is a header.
    var ignoreFirstRecord = false
    /// Whether a record with another number of fields than the first one fails the source.
    var requiresConstantFields = false
    /// The source's identifier.
    var sourceID = ""
    /// Where the data came from, without secrets.
    var sourceLocation = ""
    /// Whether the source may be larger than ADX's limit.
    var ignoresSizeLimit = false
}
