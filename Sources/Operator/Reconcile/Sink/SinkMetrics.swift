internal import JSON
internal import Kubernetes
package import Metrics
internal import Synchronization

/// What the operator tells about each sink; the series go with the sink.
package final class SinkMetrics: Sendable {
    private struct State {
        var series: [SinkKey: Set<String>] = [:]
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

    /// Shows what a look at a sink found.
    func update(_ key: SinkKey, _ input: StatusInput, status: JSONValue?) {
        let phase = Self.phase(input, status)
        state.withLock { $0.phases[key] = phase }
    }

    /// Drops the series of a sink that is gone.
    func forget(_ key: SinkKey) {
        let series = state.withLock { state in
            state.phases[key] = nil
            return state.series.removeValue(forKey: key) ?? []
        }
        for name in series { registry.remove(name, labels: Self.labels(key)) }
    }

    private func counter(_ key: SinkKey, _ name: String, _ help: String) -> Counter {
        let name = "kusto_sink_operator_\(name)"
        state.withLock { _ = $0.series[key, default: []].insert(name) }
        return registry.counter(name, help: help, labels: Self.labels(key))
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
