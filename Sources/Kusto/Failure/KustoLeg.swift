/// A part of the way into ADX that fails and takes time by itself.
package enum KustoLeg: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Getting cloud metadata and access tokens.
    case token
    /// Getting the ingestion resources and the identity token from Data Management.
    case resources
    /// Uploading the blob.
    case upload
    /// Posting the message.
    case enqueue
    /// Sending rows to the engine in one request.
    case streaming
    /// Inserting, querying and deleting the rows that say what became of queued batches.
    case reports
    /// Running a query.
    case query
    /// Running a management command.
    case management

    package var description: String { rawValue }
}
