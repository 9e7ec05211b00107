internal import Kafka
internal import Metrics

/// The gauges of one assigned partition; they go with it.
struct PartitionMetrics: Sendable {
    private static let names = [
        "kusto_sink_consumer_lag", "kusto_sink_committable_offset", "kusto_sink_committed_offset",
    ]

    private let lag: Gauge
    private let committable: Gauge
    private let committed: Gauge
    private let registry: MetricsRegistry
    private let labels: [String: String]

    init(registry: MetricsRegistry, connector: String, partition: TopicPartition) {
        self.registry = registry
        labels = ["connector": connector, "topic": partition.topic, "partition": String(partition.partition)]
        lag = registry.gauge(
            Self.names[0],
            help: "Records in the partition behind the last committable offset.",
            labels: labels
        )
        committable = registry.gauge(
            Self.names[1],
            help: "The offset up to which everything is done.",
            labels: labels
        )
        committed = registry.gauge(Self.names[2], help: "The offset that was committed last.", labels: labels)
    }

    func set(committable offset: Int64, end: Int64?) {
        committable.set(Double(offset))
        if let end { lag.set(Double(max(0, end - offset))) }
    }

    func set(committed offset: Int64) { committed.set(Double(offset)) }

    func remove() {
        for name in Self.names { registry.remove(name, labels: labels) }
    }
}
