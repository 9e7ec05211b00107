/// What carries requests: an ``HTTPClient``, or a test's script.
package protocol HTTPTransport: Sendable {
    /// Sends a request and returns the answer, whatever its status.
    /// - Throws: ``HTTPError`` when there is no answer.
    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

extension HTTPClient: HTTPTransport {}
