package import Identity

/// Which cluster to connect to, and with which identity.
package struct KustoConfiguration: Sendable {
    /// The Data Management endpoint, without a slash at the end.
    package var ingestionURL: String
    /// The engine's endpoint, without a slash at the end.
    package var queryURL: String
    /// Where tokens and data may be sent.
    package var trust: TrustedEndpoints
    /// The identity with which requests are made.
    package var credential: Credential
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

    /// Creates a configuration; without `trust` for clusters of Azure's and of this machine.
    package init(
        ingestionURL: String,
        queryURL: String,
        trust: TrustedEndpoints = .init(),
        credential: Credential,
        application: String = "kusto-sink",
        version: String = "unknown",
        environment: [String: String] = [:],
        concurrentRequests: Int = 16,
        storageStallTimeout: Duration = .seconds(15)
    ) {
        self.ingestionURL = ingestionURL
        self.queryURL = queryURL
        self.trust = trust
        self.credential = credential
        self.application = application
        self.version = version
        self.environment = environment
        self.concurrentRequests = concurrentRequests
        self.storageStallTimeout = storageStallTimeout
    }
}
