/// A failure as `.show ingestion failures` lists it.
struct IngestionRecord: Sendable {
    /// The operation's identifier.
    let operationID: String
    /// The source's identifier.
    let sourceID: String
    /// The database.
    let database: String
    /// The table.
    let table: String
    /// Where the data came from, without secrets.
    let sourceLocation: String
    /// When it failed, in ticks.
    let time: Int64
    /// Why.
    let failure: IngestionFailure
}
