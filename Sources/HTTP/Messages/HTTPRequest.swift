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
    /// How long the whole exchange may take, connecting included.
    package var timeout: Duration
    /// How long the exchange may move less than a kilobyte a second, waiting for the answer included; `nil` for no limit.
    ///
    /// In whole seconds, at least one. Finds out about a server that takes connections and says nothing.
    package var stallTimeout: Duration?
    /// The most bytes of the answer's body, decoded.
    package var maximumResponseBytes: Int

    /// Creates a request; without further arguments a minute of time and an answer of at most 16 MiB.
    package init(
        method: HTTPMethod = .get,
        url: String,
        headers: [HTTPHeader] = [],
        body: HTTPBody = .empty,
        timeout: Duration = .seconds(60),
        stallTimeout: Duration? = nil,
        maximumResponseBytes: Int = 16 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.stallTimeout = stallTimeout
        self.maximumResponseBytes = maximumResponseBytes
    }
}
