/// What is asked of a server.
package struct HTTPRequest: Sendable {
    /// The method.
    package var method: HTTPMethod
    /// The absolute URL, `http` or `https`.
    package var url: String
    /// Header fields besides those that the client makes (`Host`, `Content-Length`, `Accept-Encoding`).
    package var headers: [HTTPHeader]
    /// What is sent.
    package var body: HTTPBody
    /// How long the whole exchange may take, connecting included; `nil` for no limit.
    package var timeout: Duration?
    /// How long connecting may take, name resolution and TLS included; `nil` for as long as the client's configuration says.
    package var connectTimeout: Duration?
    /// How long the exchange may move less than a kilobyte a second, waiting for the answer included; `nil` for no limit.
    ///
    /// In whole seconds, at least one. Finds out about a server that takes connections and says nothing.
    package var stallTimeout: Duration?
    /// How long no byte of the answer may come, from the request's start on; `nil` for no limit.
    ///
    /// For an answer that goes on for as long as there is news. Time in which the reader holds the server back does not count.
    package var idleTimeout: Duration?
    /// The most bytes of the answer's body, decoded; `.max` for no limit, as for an answer that is read while it comes.
    package var maximumResponseBytes: Int
    /// Whether the server may compress the answer; a compressed answer comes in larger pieces and so later.
    package var acceptsCompression: Bool
    /// Whether the request is sent over a connection that nothing was sent over before.
    ///
    /// For a request that must not arrive twice: over a kept connection it is sent again when that turns out to be dead.
    package var needsNewConnection: Bool
    /// Whether the request goes straight to the server, whatever proxy the client has.
    ///
    /// For what this machine itself offers, such as tokens of its identity: a proxy knows another machine by that address,
    /// and would see the answer.
    package var bypassesProxy: Bool

    /// Creates a request; without further arguments a minute of time and an answer of at most 16 MiB.
    package init(
        method: HTTPMethod = .get,
        url: String,
        headers: [HTTPHeader] = [],
        body: HTTPBody = .empty,
        timeout: Duration? = .seconds(60),
        connectTimeout: Duration? = nil,
        stallTimeout: Duration? = nil,
        idleTimeout: Duration? = nil,
        maximumResponseBytes: Int = 16 << 20,
        acceptsCompression: Bool = true,
        needsNewConnection: Bool = false,
        bypassesProxy: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.stallTimeout = stallTimeout
        self.idleTimeout = idleTimeout
        self.maximumResponseBytes = maximumResponseBytes
        self.acceptsCompression = acceptsCompression
        self.needsNewConnection = needsNewConnection
        self.bypassesProxy = bypassesProxy
    }
}
