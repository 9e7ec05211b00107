internal import Metrics

/// The numbers of one ``SchemaStore``.
///
/// What is found in the store is not counted: that would cost something where nothing happens.
struct RegistryMetrics: Sendable {
    /// 0 while a schema is asked for in vain.
    let isUp: Gauge
    /// Since when, in seconds since 1970; 0 when nothing is asked for in vain.
    let failingSince: Gauge
    /// Schemas that were asked for and not there.
    let misses: Counter
    private let duration: Histogram
    private let requests: [RequestOutcome: Counter]

    init(registry: MetricsRegistry, name: String) {
        let labels = ["converter": name]
        isUp = registry.gauge(
            "kusto_sink_schema_registry_up",
            help: "1, or 0 while records wait for a schema that the registry does not give.",
            labels: labels
        )
        isUp.set(1)
        failingSince = registry.gauge(
            "kusto_sink_schema_registry_failing_since_timestamp_seconds",
            help: "When the first of the records that wait for the registry began to wait; 0 when none does.",
            labels: labels
        )
        misses = registry.counter(
            "kusto_sink_schema_registry_cache_misses_total",
            help: "Schemas that had to be fetched.",
            labels: labels
        )
        duration = registry.histogram(
            "kusto_sink_schema_registry_request_duration_seconds",
            help: "Time of requests to the schema registry, failed ones included.",
            bounds: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
            labels: labels
        )
        var requests: [RequestOutcome: Counter] = [:]
        for outcome in RequestOutcome.allCases {
            requests[outcome] = registry.counter(
                "kusto_sink_schema_registry_requests_total",
                help: "Requests to the schema registry, by what came of them.",
                labels: ["converter": name, "outcome": outcome.rawValue]
            )
        }
        self.requests = requests
    }

    /// Counts one request.
    func record(_ outcome: RequestOutcome, took: Duration) {
        requests[outcome]?.increment()
        let parts = took.components
        duration.observe(Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    }
}
