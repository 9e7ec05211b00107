/// A request or an ingestion as faults see it.
struct FaultEvent: Sendable {
    /// Which part it reached.
    let endpoint: FaultEndpoint
    /// The storage account; `nil` for what is not storage.
    var account: String?
    /// The HTTP method; empty for an ingestion.
    var method = ""
    /// The path, and the text of a command or query.
    var text = ""
}
