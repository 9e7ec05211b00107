internal import Kafka
internal import Metrics

/// The gauges of one assigned partition; each appears once its value is known, and they go with the partition.
struct PartitionMetrics: Sendable {
    private enum Name {
        static let lag = "kusto_sink_consumer_lag"
        static let committable = "kusto_sink_committable_offset"
        static let committed = "kusto_sink_committed_offset"
    }

    private let registry: MetricsRegistry
    private let labels: [String: String]
    private var lag: Gauge?
    private var committable: Gauge?
    private var committed: Gauge?

    init(registry: MetricsRegistry, connector: String, partition: TopicPartition) {
        self.registry = registry
        labels = ["connector": connector, "topic": partition.topic, "partition": String(partition.partition)]
    }

    /// Shows what is known; what is not keeps its last value.
    mutating func set(committable offset: Int64?, committed done: Int64?, end: Int64?) {
        if let offset { show(offset, in: &committable, Name.committable, "The offset up to which everything is done.") }
        if let done { show(done, in: &committed, Name.committed, "The offset that was committed last.") }
        if let offset, let end {
            show(
                max(0, end - offset),
                in: &lag,
                Name.lag,
                "Records in the partition after the last committable offset."
            )
        }
    }

    func remove() {
        for name in [Name.lag, Name.committable, Name.committed] { registry.remove(name, labels: labels) }
    }

    private func show(_ value: Int64, in gauge: inout Gauge?, _ name: String, _ help: String) {
        let known = gauge ?? registry.gauge(name, help: help, labels: labels)
        known.set(Double(value))
        gauge = known
    }
}
