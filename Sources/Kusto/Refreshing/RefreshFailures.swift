internal import Logging
internal import Metrics

/// Logs and counts failed renewals.
///
/// Nothing else shows them until the old value ends, for instance when a client secret has expired.
struct RefreshFailures: Sendable {
    private let registry: MetricsRegistry
    private let logger: Logger

    init(registry: MetricsRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
        for what in ["token", "resources", "identity"] { _ = counter(what) }
    }

    /// Returns what a ``RefreshedValue`` calls when it could not be fetched.
    func reporter(of what: String) -> @Sendable (KustoError) -> Void {
        let counter = counter(what)
        return { [logger] error in
            counter.increment()
            logger.warning(
                "could not be renewed, will be tried again",
                ["refresh.of": what, "error": error.message, "error.code": "\(error.code)"]
            )
        }
    }

    private func counter(_ what: String) -> Counter {
        registry.counter(
            "kusto_sink_refresh_failures_total",
            help: "Failed fetches of the access token, the ingestion resources and the identity token.",
            labels: ["what": what]
        )
    }
}
