package import HTTP

/// What carries the client's requests: HTTP, or a test's script.
package protocol KustoTransport: Sendable {
    /// Sends a request and returns the answer, whatever its status.
    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

extension HTTPClient: KustoTransport {}
