package import Metrics
internal import Synchronization

/// What is told about scaling, by sink; a sink that is gone leaves no series behind.
package final class ScalingMetrics: Sendable {
    private static let (lag, lagSeconds) = ("kusto_sink_operator_lag", "kusto_sink_operator_lag_seconds")
    private static let desired = "kusto_sink_operator_desired_replicas"
    private static let events = "kusto_sink_operator_scale_events_total"
    private static let failures = "kusto_sink_operator_lag_scrape_errors_total"

    private let registry: MetricsRegistry
    /// The labels of each sink's scale events.
    private let scaled = Mutex<[SinkKey: Set<[String: String]>]>([:])

    /// Creates metrics of a registry.
    package init(registry: MetricsRegistry) { self.registry = registry }

    /// Shows what was decided.
    /// - Parameter current: How many workers there were; another number than the one decided is a scale event.
    package func record(_ outcome: ScalingOutcome, of key: SinkKey, current: Int) {
        let labels = Self.labels(key)
        if let lag = outcome.lag {
            registry.gauge(Self.lag, help: "Records that are not ingested yet.", labels: labels).set(Double(lag))
        }
        let help = "Seconds in which the lag is worked off at the present speed."
        if let seconds = outcome.lagSeconds {
            registry.gauge(Self.lagSeconds, help: help, labels: labels).set(Double(seconds))
        } else {
            // No number is better than one of long ago.
            registry.remove(Self.lagSeconds, labels: labels)
        }
        registry.gauge(Self.desired, help: "Workers that the sink is to have.", labels: labels).set(
            Double(outcome.desired)
        )
        guard outcome.desired != current else { return }
        let direction = outcome.desired > current ? "out" : "in"
        let more = labels.merging(["direction": direction, "reason": outcome.reason.rawValue]) { $1 }
        _ = scaled.withLock { $0[key, default: []].insert(more) }
        registry.counter(Self.events, help: "Changes of the number of workers.", labels: more).increment()
    }

    /// Counts a reading of a sink's lag that failed.
    package func countReadingFailure(of key: SinkKey) {
        registry.counter(Self.failures, help: "Readings of the lag that failed.", labels: Self.labels(key)).increment()
    }

    /// Forgets a sink.
    package func remove(_ key: SinkKey) {
        let labels = Self.labels(key)
        for name in [Self.lag, Self.lagSeconds, Self.desired, Self.failures] { registry.remove(name, labels: labels) }
        for labels in scaled.withLock({ $0.removeValue(forKey: key) }) ?? [] {
            registry.remove(Self.events, labels: labels)
        }
    }

    private static func labels(_ key: SinkKey) -> [String: String] { ["namespace": key.namespace, "name": key.name] }
}
