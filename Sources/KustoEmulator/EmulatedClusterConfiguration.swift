/// How an emulated cluster is set up.
package struct EmulatedClusterConfiguration: Sendable {
    /// The address to listen on.
    package var host: String
    /// The port to listen on; 0 takes a free one.
    package var port: Int
    /// Whether Data Management and the storage have a port of their own.
    ///
    /// The engine and Data Management then each refuse what belongs to the other.
    package var splitsEndpoints: Bool
    /// The port of Data Management when it has one of its own; 0 takes a free one.
    package var ingestionPort: Int
    /// Certificate and key for HTTPS; `nil` for HTTP.
    package var tls: TLSIdentity?
    /// The databases it starts with.
    package var databases: [String]
    /// Commands that are executed in the first database before anybody can connect.
    package var setupCommands: [String]
    /// Where blobs and rows are kept; `nil` for a temporary directory that goes away at the end.
    package var dataDirectory: String?
    /// Whether uploads and messages are kept unread until they are counted.
    package var discards: Bool
    /// What goes wrong from the beginning.
    package var faults: [Fault]
    /// Which tokens requests need, and which applications there are.
    package var authentication: AuthenticationPolicy
    /// Whether and what it takes by streaming ingestion.
    package var streaming: StreamingPolicy
    /// What a query may return.
    package var queryLimits: QueryLimits
    /// How many storage accounts there are.
    package var storageAccounts: Int
    /// How many upload containers an account has.
    package var containersPerAccount: Int
    /// How long a shared access signature is good, in seconds.
    package var signatureLifetimeSeconds: Int
    /// How long the signature of an upload container is good, in seconds; `nil` for as long as the others.
    package var uploadSignatureLifetimeSeconds: Int?
    /// How long a queued message waits before it is looked at, in seconds, as batching at ADX makes it wait.
    package var ingestionDelaySeconds: Int
    /// The most bytes of data in one queued source.
    package var maximumSourceBytes: Int
    /// The time.
    package var clock: WallClock

    /// Creates a configuration; without arguments a database named `emulated` on a free port of the loopback interface.
    package init(
        host: String = "127.0.0.1",
        port: Int = 0,
        splitsEndpoints: Bool = false,
        ingestionPort: Int = 0,
        tls: TLSIdentity? = nil,
        databases: [String] = ["emulated"],
        setupCommands: [String] = [],
        dataDirectory: String? = nil,
        discards: Bool = false,
        faults: [Fault] = [],
        authentication: AuthenticationPolicy = AuthenticationPolicy(),
        streaming: StreamingPolicy = StreamingPolicy(),
        queryLimits: QueryLimits = QueryLimits(),
        storageAccounts: Int = 2,
        containersPerAccount: Int = 2,
        signatureLifetimeSeconds: Int = 86_400,
        uploadSignatureLifetimeSeconds: Int? = nil,
        ingestionDelaySeconds: Int = 0,
        maximumSourceBytes: Int = 6 << 30,
        clock: WallClock = .system
    ) {
        self.host = host
        self.port = port
        self.splitsEndpoints = splitsEndpoints
        self.ingestionPort = ingestionPort
        self.tls = tls
        self.databases = databases
        self.setupCommands = setupCommands
        self.dataDirectory = dataDirectory
        self.discards = discards
        self.faults = faults
        self.authentication = authentication
        self.streaming = streaming
        self.queryLimits = queryLimits
        self.storageAccounts = storageAccounts
        self.containersPerAccount = containersPerAccount
        self.signatureLifetimeSeconds = signatureLifetimeSeconds
        self.uploadSignatureLifetimeSeconds = uploadSignatureLifetimeSeconds
        self.ingestionDelaySeconds = ingestionDelaySeconds
        self.maximumSourceBytes = maximumSourceBytes
        self.clock = clock
    }
}
