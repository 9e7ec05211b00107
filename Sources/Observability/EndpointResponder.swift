package import Metrics

/// Answers the endpoint's requests; it knows nothing of sockets.
package struct EndpointResponder: Sendable {
    /// An answer of the endpoint.
    package struct Answer: Sendable, Equatable {
        /// The HTTP status.
        package let status: Int
        /// The body's media type.
        package let contentType: String
        /// The body; the server leaves it out of the answer to HEAD.
        package let body: String
        /// The methods that the path supports, when it does not support the one asked for.
        package let allow: String?
    }

    private let registry: MetricsRegistry
    private let health: HealthState

    /// Creates a responder.
    package init(registry: MetricsRegistry, health: HealthState) {
        self.registry = registry
        self.health = health
    }

    /// Returns the answer to one request.
    package func answer(method: String, path: String) -> Answer {
        guard ["/metrics", "/healthz", "/readyz"].contains(path) else { return Self.text(404, "not found\n") }
        guard method == "GET" || method == "HEAD" else {
            return Self.text(405, "method not allowed\n", allow: "GET, HEAD")
        }
        switch path {
        case "/healthz": return Self.report(health.liveness)
        case "/readyz": return Self.report(health.readiness)
        default:
            return Answer(
                status: 200,
                contentType: "text/plain; version=0.0.4; charset=utf-8",
                body: registry.render(),
                allow: nil
            )
        }
    }

    private static func report(_ report: HealthState.Report) -> Answer {
        report.isHealthy ? text(200, "ok\n") : text(503, report.reasons.joined(separator: "\n") + "\n")
    }

    private static func text(_ status: Int, _ body: String, allow: String? = nil) -> Answer {
        Answer(status: status, contentType: "text/plain; charset=utf-8", body: body, allow: allow)
    }
}
