internal import HTTP
internal import Metrics

/// Counts what is asked of the API server, under the names of client-go.
struct RequestMetrics: Sendable {
    private static let bounds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60]

    private let registry: MetricsRegistry
    private let host: String

    /// Creates the metrics for one server.
    /// - Parameter server: The server's URL.
    init(registry: MetricsRegistry, server: String) {
        self.registry = registry
        host = server.split(separator: "/").dropFirst().first.map(String.init) ?? server
    }

    /// Counts one request.
    /// - Parameters:
    ///   - call: What was asked.
    ///   - status: The answer's status, or `nil` when there was none.
    ///   - duration: How long it took until the answer; for a watch until its head.
    func record(_ call: APICall, status: Int?, duration: Duration) {
        registry.counter(
            "rest_client_requests_total",
            help: "Requests to the API server, by answer.",
            labels: ["code": status.map(String.init) ?? "<error>", "method": call.verb.method.rawValue, "host": host]
        ).increment()
        let parts = duration.components
        registry.histogram(
            "rest_client_request_duration_seconds",
            help: "How long the API server took to answer.",
            bounds: Self.bounds,
            labels: ["verb": call.verb.method.rawValue, "host": host]
        ).observe(Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    }
}
