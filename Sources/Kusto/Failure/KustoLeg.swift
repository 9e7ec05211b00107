/// A part of the way into ADX that fails and takes time by itself.
package enum KustoLeg: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Cloud metadata and access tokens.
    case token
    /// Where to put data, and as whom, from Data Management.
    case resources
    /// The blob.
    case upload
    /// The message.
    case enqueue
    /// A query.
    case query
    /// A management command.
    case management

    package var description: String { rawValue }
}
