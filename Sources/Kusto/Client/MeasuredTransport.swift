internal import HTTP
internal import Metrics

/// Measures how long each request takes, failed ones included.
struct MeasuredTransport: HTTPTransport {
    let transport: any HTTPTransport
    let duration: Histogram?
    let now: @Sendable () -> Duration

    func execute(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let start = now()
        defer {
            let taken = (now() - start).components
            duration?.observe(Double(taken.seconds) + Double(taken.attoseconds) / 1e18)
        }
        return try await transport.execute(request)
    }
}
