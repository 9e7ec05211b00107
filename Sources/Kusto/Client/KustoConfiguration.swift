package import Secrets

/// Which cluster to connect to, and with which identity.
package struct KustoConfiguration: Sendable {
    /// The identity with which requests are made.
    package enum Authentication: Sendable {
        /// An Entra application with a client secret.
        case application(tenantID: String, clientID: String, secret: Secret)
        /// The identity of the machine; without a client id the one that the system assigned.
        case managedIdentity(clientID: String?)
        /// A token of the pod's service account, exchanged at Entra.
        case workloadIdentity
        /// A bearer token from elsewhere.
        case token(Secret)
    }

    /// The Data Management endpoint, without a slash at the end.
    package var ingestionURL: String
    /// The engine's endpoint, without a slash at the end.
    package var queryURL: String
    /// The identity with which requests are made.
    package var authentication: Authentication
    /// The name under which the cluster's logs show the requests.
    package var application: String
    /// The version shown with it.
    package var version: String
    /// The environment variables that describe managed and workload identities.
    package var environment: [String: String]
    /// How many blobs and messages are sent at a time; a storage account that falls silent holds at most half of them.
    package var concurrentRequests: Int
    /// How long a request to storage may stand still, the wait for its answer included; storage answers within a second.
    package var storageStallTimeout: Duration

    /// Creates a configuration.
    package init(
        ingestionURL: String,
        queryURL: String,
        authentication: Authentication,
        application: String = "kusto-sink",
        version: String = "unknown",
        environment: [String: String] = [:],
        concurrentRequests: Int = 16,
        storageStallTimeout: Duration = .seconds(15)
    ) {
        self.ingestionURL = ingestionURL
        self.queryURL = queryURL
        self.authentication = authentication
        self.application = application
        self.version = version
        self.environment = environment
        self.concurrentRequests = concurrentRequests
        self.storageStallTimeout = storageStallTimeout
    }
}
