internal import JSON
internal import Kubernetes
package import Metrics
internal import Synchronization

/// What the operator tells about each sink; the series go with the sink.
package final class SinkMetrics: Sendable {
    private struct State {
        var series: [SinkKey: Set<String>] = [:]
        var phases: [SinkKey: String] = [:]
        /// The types of the conditions that each sink is shown with.
        var conditions: [SinkKey: Set<String>] = [:]
    }

    private static let condition = "kusto_sink_operator_condition"
    private static let maxReplicas = "kusto_sink_operator_max_replicas"
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
        show(status?["conditions"]?.arrayValue ?? [], of: key)
        showLimit(input.sink, key)
    }

    /// Shows each condition that the sink has; one that it has no more leaves no series behind.
    private func show(_ conditions: [JSONValue], of key: SinkKey) {
        var shown: Set<String> = []
        for condition in conditions {
            guard let type = condition["type"]?.stringValue else { continue }
            shown.insert(type)
            registry.gauge(
                Self.condition,
                help: "Conditions of a KustoSink: 1 while True, 0 while False, -1 while Unknown.",
                labels: Self.labels(key, type)
            ).set(Self.number(condition["status"]?.stringValue))
        }
        let gone = state.withLock { state in
            defer { state.conditions[key] = shown }
            return (state.conditions[key] ?? []).subtracting(shown)
        }
        for type in gone { registry.remove(Self.condition, labels: Self.labels(key, type)) }
    }

    /// Shows the limit of a sink that is scaled by lag; while its spec is not in order, the limit before counts.
    private func showLimit(_ sink: KustoSink, _ key: SinkKey) {
        guard case .success(let spec) = sink.spec else { return }
        guard spec.scaling.mode == .lag else {
            registry.remove(Self.maxReplicas, labels: Self.labels(key))
            return
        }
        registry.gauge(
            Self.maxReplicas,
            help: "The most workers that scaling by lag gives the sink.",
            labels: Self.labels(key)
        ).set(Double(spec.scaling.maxReplicas))
    }

    private static func number(_ status: String?) -> Double {
        switch status.flatMap(Condition.Status.init) {
        case .yes: 1
        case .no: 0
        case .unknown, nil: -1
        }
    }

    /// Drops the series of a sink that is gone.
    func forget(_ key: SinkKey) {
        let (series, conditions) = state.withLock { state in
            state.phases[key] = nil
            return (state.series.removeValue(forKey: key) ?? [], state.conditions.removeValue(forKey: key) ?? [])
        }
        for name in series.union([Self.maxReplicas]) { registry.remove(name, labels: Self.labels(key)) }
        for type in conditions { registry.remove(Self.condition, labels: Self.labels(key, type)) }
    }

    private func counter(_ key: SinkKey, _ name: String, _ help: String) -> Counter {
        let name = "kusto_sink_operator_\(name)"
        state.withLock { _ = $0.series[key, default: []].insert(name) }
        return registry.counter(name, help: help, labels: Self.labels(key))
    }

    private static func labels(_ key: SinkKey) -> [String: String] {
        ["namespace": key.namespace, "name": key.name]
    }

    private static func labels(_ key: SinkKey, _ type: String) -> [String: String] {
        labels(key).merging(["type": type]) { $1 }
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
