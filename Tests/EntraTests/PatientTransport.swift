import HTTP

/// Sends requests as a client does, but waits longer for their answers: on a busy machine a test must not fail by time.
struct PatientTransport: HTTPTransport {
    let client: HTTPClient

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var request = request
        request.timeout = .seconds(150)
        request.connectTimeout = .seconds(150)
        return try await client.execute(request)
    }
}
