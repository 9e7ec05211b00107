/// How a client connects.
package struct HTTPClientConfiguration: Sendable, Hashable {
    /// How long connecting may take, name resolution and TLS included.
    package var connectTimeout: Duration
    /// The authorities that are trusted where ``TLSSettings/authorities`` says nothing else.
    package var authorities: TrustedAuthorities
    /// How the two sides of a TLS connection know each other.
    package var tls: TLSSettings
    /// The proxies of requests; none without, whatever the environment says.
    package var proxies: ProxyRules
    /// The most connections that are kept open while nothing uses them.
    package var idleConnections: Int
    /// The most connections to one host; further requests wait for one.
    package var connectionsPerHost: Int
    /// The `User-Agent` of requests that name none.
    package var userAgent: String

    /// Creates a configuration; without arguments 15 seconds to connect, and 32 connections to a host.
    package init(
        connectTimeout: Duration = .seconds(15),
        authorities: TrustedAuthorities = .init(),
        tls: TLSSettings = .init(),
        proxies: ProxyRules = .none,
        idleConnections: Int = 32,
        connectionsPerHost: Int = 32,
        userAgent: String = "kusto-sink"
    ) {
        self.connectTimeout = connectTimeout
        self.authorities = authorities
        self.tls = tls
        self.proxies = proxies
        self.idleConnections = idleConnections
        self.connectionsPerHost = connectionsPerHost
        self.userAgent = userAgent
    }
}
