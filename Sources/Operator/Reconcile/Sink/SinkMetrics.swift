internal import JSON
internal import Kubernetes
package import Metrics
internal import Synchronization

/// What the operator tells about each sink; the series go with the sink.
package final class SinkMetrics: Sendable {
    private struct Series: Hashable {
        let name: String
        let labels: [String: String]
    }

    private struct State {
        var series: [SinkKey: Set<Series>] = [:]
        var phases: [SinkKey: String] = [:]
    }

    private static let phases = ["Ready", "Reconciling", "Stalled", "Paused", "Deleting", "Unknown"]

    private let registry: MetricsRegistry
    private let state = Mutex(State())

    /// Creates metrics without a series.
    package init(registry: MetricsRegistry) {
        self.registry = registry
        let gauges = Self.phases.map { phase in
            let gauge = registry.gauge(
                "kusto_sink_operator_resources",
                help: "KustoSinks by how they are doing.",
                labels: ["phase": phase]
            )
            return (phase, gauge)
        }
        registry.onCollect { [weak self] in
            guard let self else { return }
            let phases = state.withLock { Array($0.phases.values) }
            for (phase, gauge) in gauges { gauge.set(Double(phases.count { $0 == phase })) }
        }
    }

    /// Counts a status that was written.
    func countStatusWrite(_ key: SinkKey) {
        counter(key, "status_writes_total", "Statuses written.").increment()
    }

    /// Counts a change of a referenced Secret's content.
    func countRotation(_ key: SinkKey) {
        counter(key, "secret_rotations_total", "Rollouts because the content of a Secret changed.").increment()
    }

    /// Counts a change of the number of workers.
    func countScaling(_ key: SinkKey, from: Int, to: Int, reason: String) {
        let labels = ["direction": to > from ? "up" : "down", "reason": reason]
        counter(key, "scale_events_total", "Changes of the number of workers.", labels).increment()
    }

    /// Counts a failed attempt to read a sink's lag.
    func countLagError(_ key: SinkKey) {
        counter(key, "lag_scrape_errors_total", "Attempts to read the lag that failed.").increment()
    }

    /// Shows what a look at a sink found.
    func update(_ key: SinkKey, _ input: StatusInput, status: JSONValue?) {
        let phase = Self.phase(input, status)
        state.withLock { $0.phases[key] = phase }
        if let desired = input.desiredReplicas {
            gauge(key, "desired_replicas", "Workers wanted.")?.set(Double(desired))
        }
        // What is unknown has no series: 0 would be an answer.
        show(key, "lag", "Records that are not ingested yet.", input.scaling?.block["lag"]?.doubleValue)
        show(
            key,
            "lag_seconds",
            "Time in which the lag is worked off at the present speed.",
            input.scaling?.block["lagSeconds"]?.doubleValue
        )
    }

    /// Drops the series of a sink that is gone.
    func forget(_ key: SinkKey) {
        let series = state.withLock { state in
            state.phases[key] = nil
            return state.series.removeValue(forKey: key) ?? []
        }
        for one in series { registry.remove(one.name, labels: one.labels) }
    }

    private func show(_ key: SinkKey, _ name: String, _ help: String, _ value: Double?) {
        if let value {
            gauge(key, name, help)?.set(value)
        } else {
            let series = Series(name: "kusto_sink_operator_\(name)", labels: Self.labels(key))
            let isShown = state.withLock { $0.series[key]?.remove(series) != nil }
            if isShown { registry.remove(series.name, labels: series.labels) }
        }
    }

    private func gauge(_ key: SinkKey, _ name: String, _ help: String) -> Gauge? {
        let series = note(key, name, [:])
        return registry.gauge(series.name, help: help, labels: series.labels)
    }

    private func counter(_ key: SinkKey, _ name: String, _ help: String, _ labels: [String: String] = [:]) -> Counter {
        let series = note(key, name, labels)
        return registry.counter(series.name, help: help, labels: series.labels)
    }

    private func note(_ key: SinkKey, _ name: String, _ labels: [String: String]) -> Series {
        let labels = Self.labels(key).merging(labels) { ours, _ in ours }
        let series = Series(name: "kusto_sink_operator_\(name)", labels: labels)
        state.withLock { _ = $0.series[key, default: []].insert(series) }
        return series
    }

    private static func labels(_ key: SinkKey) -> [String: String] {
        ["namespace": key.namespace, "name": key.name]
    }

    private static func phase(_ input: StatusInput, _ status: JSONValue?) -> String {
        if input.sink.object.deletionTimestamp != nil { return "Deleting" }
        func holds(_ kind: Condition.Kind) -> Bool { status?.condition(kind)?["status"]?.stringValue == "True" }
        if holds(.paused) { return "Paused" }
        if holds(.stalled) { return "Stalled" }
        if holds(.reconciling) { return "Reconciling" }
        return holds(.ready) ? "Ready" : "Unknown"
    }
}
