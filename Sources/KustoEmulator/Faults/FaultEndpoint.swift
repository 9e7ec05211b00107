/// The parts of the emulator that a fault can be set on.
package enum FaultEndpoint: String, Sendable, CaseIterable {
    /// Entra's and the managed identity's token endpoints.
    case token
    /// The cluster's cloud metadata.
    case metadata
    /// Commands of the engine and of Data Management.
    case management
    /// Queries.
    case query
    /// Streaming ingestion.
    case streaming
    /// Blob storage.
    case blob
    /// Queue storage.
    case queue
    /// Table storage.
    case table
    /// The ingestion of a queued source, after the message was accepted.
    case ingestion
}
