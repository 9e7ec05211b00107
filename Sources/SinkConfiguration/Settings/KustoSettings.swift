package import HTTP
package import Identity

/// Where to ingest, and as whom.
package struct KustoSettings: Sendable {
    /// The Data Management endpoint, such as `https://ingest-c.region.kusto.windows.net`, without a slash at the end.
    package var ingestionURL: String
    /// The engine's endpoint; given, or derived from ``ingestionURL``.
    package var queryURL: String
    /// As whom requests are made.
    package var credential: Credential
    /// Whether tables and mappings are checked before the first record is read.
    package var validatesTables: Bool
    /// The proxies of requests to Azure, those of the environment included.
    package var proxies: ProxyRules
    /// Authorities that are trusted on the way to Azure besides the system's; `nil` for no others.
    package var trustStore: KeyStoreSource?
    /// Where credentials and data may be sent.
    package var endpointTrust: TrustedEndpoints
}
