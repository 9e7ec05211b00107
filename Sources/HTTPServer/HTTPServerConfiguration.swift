/// Where a server listens, and how much of it a client may take up.
package struct HTTPServerConfiguration: Sendable {
    /// A certificate chain and its key, both PEM.
    package struct TLS: Sendable {
        package let certificate: String
        package let key: String

        /// Creates an identity.
        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The address or name to listen on.
    package var host: String
    /// The port; 0 takes a free one.
    package var port: Int
    /// The identity for HTTPS; without it the server speaks HTTP.
    package var tls: TLS?
    /// The most connections at a time: for a further one, one that waits for its client is closed.
    package var maximumConnections: Int
    /// The most connections from one address, which make room for each other in the same way.
    package var maximumConnectionsPerAddress: Int
    /// How long a connection may be silent between and within requests; whole seconds, at least one.
    package var idleTimeout: Duration
    /// How long a connection may take from its opening, or the end of a request, to the end of the next one; `nil` for
    /// any time, as long as it is not silent.
    package var exchangeTimeout: Duration?
    /// How long ``HTTPListener/stop()`` waits for requests that are being answered.
    package var drainTimeout: Duration

    /// Creates a configuration; without arguments a free port of the loopback interface.
    package init(
        host: String = "127.0.0.1",
        port: Int = 0,
        tls: TLS? = nil,
        maximumConnections: Int = 1024,
        maximumConnectionsPerAddress: Int = 1024,
        idleTimeout: Duration = .seconds(75),
        exchangeTimeout: Duration? = nil,
        drainTimeout: Duration = .seconds(5)
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.maximumConnections = maximumConnections
        self.maximumConnectionsPerAddress = maximumConnectionsPerAddress
        self.idleTimeout = idleTimeout
        self.exchangeTimeout = exchangeTimeout
        self.drainTimeout = drainTimeout
    }
}
