package import Secrets

/// Where to ingest, and as whom.
package struct KustoSettings: Sendable {
    /// As whom requests are made.
    package enum Authentication: Sendable, Hashable {
        /// An Entra application with a client secret.
        case application(tenantID: String, clientID: String, secret: Secret)
        /// The identity of the machine; without a client id the one that the system assigned.
        case managedIdentity(clientID: String?)
        /// A token of the pod's service account, exchanged at Entra.
        case workloadIdentity
        /// A bearer token from elsewhere, for development.
        case developerToken(Secret)
    }

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
    package var authentication: Authentication
    /// Whether tables and mappings are checked before the first record is read.
    package var validatesTables: Bool
    /// The proxy for every request to Azure.
    package var proxy: Proxy?
    /// Hosts that are trusted besides the well-known ones.
    package var endpointTrust: EndpointTrust
}
