package import Logging
package import Metrics

/// Logs and counts failed renewals.
///
/// Nothing else shows them until the old value ends, for instance when a client secret has expired.
package struct RefreshFailures: Sendable {
    private let registry: MetricsRegistry
    private let logger: Logger

    /// Creates what counts in a registry of metrics; all counters are there from the start.
    package init(registry: MetricsRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
        for what in ["token", "resources", "identity"] { _ = counter(what) }
    }

    /// Returns what a ``RefreshedValue`` calls when it could not be fetched.
    package func reporter(of what: String) -> @Sendable (any RefreshError) -> Void {
        let counter = counter(what)
        return { [logger] error in
            counter.increment()
            logger.warning(
                "could not be renewed, will be tried again",
                ["refresh.of": what, "error": error.message, "error.code": error.codeName]
            )
        }
    }

    private func counter(_ what: String) -> Counter {
        registry.counter(
            "kusto_sink_refresh_failures_total",
            help:
                "Failed fetches of ADX's access token, ingestion resources and identity token, and of Kafka's tokens.",
            labels: ["what": what]
        )
    }
}
