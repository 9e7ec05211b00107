package import Identity

/// Where to ingest, and as whom.
package struct KustoSettings: Sendable {
    /// An HTTP proxy without authentication.
    package struct Proxy: Sendable, Hashable {
        /// The host's name or address.
        package var host: String
        /// The port.
        package var port: Int
    }

    /// The Data Management endpoint, such as `https://ingest-c.region.kusto.windows.net`, without a slash at the end.
    package var ingestionURL: String
    /// The engine's endpoint; given, or derived from ``ingestionURL``.
    package var queryURL: String
    /// As whom requests are made.
    package var credential: Credential
    /// Whether tables and mappings are checked before the first record is read.
    package var validatesTables: Bool
    /// The proxy for every request to Azure.
    package var proxy: Proxy?
    /// Where credentials and data may be sent.
    package var endpointTrust: TrustedEndpoints
}
