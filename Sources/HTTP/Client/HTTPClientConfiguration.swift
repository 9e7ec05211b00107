/// How a client connects.
package struct HTTPClientConfiguration: Sendable, Hashable {
    /// How long connecting may take, name resolution and TLS included.
    package var connectTimeout: Duration
    /// PEM files of authorities to trust besides the system's; not together with ``TLSSettings/authorities``.
    package var certificateFiles: [String]
    /// How the two sides of a TLS connection know each other.
    package var tls: TLSSettings
    /// The proxy for every request; `nil` for none, whatever the environment says.
    package var proxy: Proxy?
    /// The most connections that are kept open while nothing uses them.
    package var idleConnections: Int
    /// The most connections to one host; further requests wait for one.
    package var connectionsPerHost: Int
    /// The `User-Agent` of requests that name none.
    package var userAgent: String

    /// Creates a configuration; without arguments 15 seconds to connect, and 32 connections to a host.
    package init(
        connectTimeout: Duration = .seconds(15),
        certificateFiles: [String] = [],
        tls: TLSSettings = .init(),
        proxy: Proxy? = nil,
        idleConnections: Int = 32,
        connectionsPerHost: Int = 32,
        userAgent: String = "kusto-sink"
    ) {
        self.connectTimeout = connectTimeout
        self.certificateFiles = certificateFiles
        self.tls = tls
        self.proxy = proxy
        self.idleConnections = idleConnections
        self.connectionsPerHost = connectionsPerHost
        self.userAgent = userAgent
    }
}
