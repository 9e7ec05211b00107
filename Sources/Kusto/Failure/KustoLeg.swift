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
    /// Running a query.
    case query
    /// Running a management command.
    case management

    package var description: String { rawValue }
}
