/// What the Connect worker's own clients speak to brokers with, and whether a sink goes by it.
struct ConnectClient {
    /// The worker's brokers; `nil` when they are not known.
    var brokers: MigrationSetting?
    /// How the worker's own clients sign in, by names without prefix.
    var security: [String: MigrationSetting] = [:]
    /// Whether the brokers are those that the connector's consumer reads from.
    var hasSameBrokers = true
    /// Whether the sink or its dead-letter queue signs in with ``security``.
    var isSecurityUsed = false
    /// Whether the dead-letter queue is at ``brokers``.
    var areBrokersUsed = false
}
