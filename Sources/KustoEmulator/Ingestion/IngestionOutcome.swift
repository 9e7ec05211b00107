/// What an ingestion did.
struct IngestionOutcome: Sendable, Equatable {
    /// Rows added.
    var rows = 0
    /// Lines of the `json` format that were not JSON and were passed over.
    var skipped = 0
    /// Bytes of data after unpacking.
    var rawBytes = 0
    /// Whether nothing was done because of `ingestIfNotExists`.
    var isDuplicate = false
}
