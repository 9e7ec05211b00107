internal import Kafka
internal import Metrics

/// What is measured of one task's Kafka client: whether any broker answers, and while
/// `consumer.override.statistics.interval.ms` is set each broker's figures.
struct ClientMetrics: Sendable {
    private enum Name {
        static let up = "kusto_sink_kafka_broker_up"
        static let roundTrip = "kusto_sink_kafka_round_trip_seconds"
        static let received = "kusto_sink_kafka_received_bytes_total"
        static let waiting = "kusto_sink_kafka_waiting_requests"
        static let prefetchedMessages = "kusto_sink_kafka_prefetched_messages"
        static let prefetchedBytes = "kusto_sink_kafka_prefetched_bytes"
        static let all = [up, received, waiting]
    }

    private let registry: MetricsRegistry
    private let labels: [String: String]
    private let reachable: Gauge
    private var brokers: Set<String> = []
    /// What each broker had sent at the last statistics.
    private var received: [String: Int] = [:]

    init(registry: MetricsRegistry, connector: String, task: Int) {
        self.registry = registry
        labels = ["connector": connector, "task": String(task)]
        reachable = registry.gauge(
            "kusto_sink_kafka_up",
            help: "1 while some broker answers the task's Kafka client, 0 while none does.",
            labels: labels
        )
    }

    /// Shows whether any broker answers.
    func show(isReachable: Bool) { reachable.set(isReachable ? 1 : 0) }

    /// Shows the newest figures; brokers that the cluster no longer has disappear.
    mutating func show(_ statistics: KafkaStatistics) {
        for broker in statistics.brokers {
            let labels = labels(of: broker.name)
            func set(_ name: String, _ help: String, _ value: Double, _ labels: [String: String]) {
                registry.gauge(name, help: help, labels: labels).set(value)
            }
            set(Name.up, "1 while requests can be sent to the broker, otherwise 0.", broker.isUp ? 1 : 0, labels)
            registry.counter(Name.received, help: "Bytes received from the broker.", labels: labels)
                .increment(by: max(0, broker.receivedBytes - (received[broker.name] ?? 0)))
            received[broker.name] = broker.receivedBytes
            set(Name.waiting, "Requests that wait for the broker's response.", Double(broker.waitingRequests), labels)
            for (quantile, seconds) in [("0.5", broker.roundTrip.median), ("0.99", broker.roundTrip.slow)] {
                set(
                    Name.roundTrip,
                    "Time from a request to its response in the last interval; a fetch waits for records.",
                    seconds,
                    labels.merging(["quantile": quantile]) { $1 }
                )
            }
        }
        registry.gauge(
            Name.prefetchedMessages,
            help: "Records that were fetched and not consumed yet.",
            labels: labels
        ).set(Double(statistics.prefetchedMessages))
        registry.gauge(
            Name.prefetchedBytes,
            help: "Bytes of records that were fetched and not consumed yet.",
            labels: labels
        ).set(Double(statistics.prefetchedBytes))
        let names = Set(statistics.brokers.map(\.name))
        for gone in brokers.subtracting(names) { remove(gone) }
        brokers = names
    }

    /// Takes back what only a client that runs can tell.
    mutating func end() {
        for broker in brokers { remove(broker) }
        brokers = []
        for name in [Name.prefetchedMessages, Name.prefetchedBytes] { registry.remove(name, labels: labels) }
    }

    private mutating func remove(_ broker: String) {
        let labels = labels(of: broker)
        received[broker] = nil
        for name in Name.all { registry.remove(name, labels: labels) }
        for quantile in ["0.5", "0.99"] {
            registry.remove(Name.roundTrip, labels: labels.merging(["quantile": quantile]) { $1 })
        }
    }

    private func labels(of broker: String) -> [String: String] { labels.merging(["broker": broker]) { $1 } }
}
