package import Metrics

/// What is counted for each dead-letter queue.
package struct DeadLetterMetrics: Sendable {
    let sent: Counter
    let failed: Counter
    let waitingBytes: Gauge

    /// Makes or finds the handles.
    package init(registry: MetricsRegistry, connector: String, queue: DeadLetterQueue.Kind) {
        let labels = ["connector": connector, "queue": queue.rawValue]
        func counter(_ outcome: String) -> Counter {
            registry.counter(
                "kusto_sink_dead_letters_total",
                help: "Records for dead-letter topics, acknowledged (sent) or given up (failed).",
                labels: labels.merging(["outcome": outcome]) { $1 }
            )
        }
        sent = counter("sent")
        failed = counter("failed")
        waitingBytes = registry.gauge(
            "kusto_sink_dead_letter_waiting_bytes",
            help: "Bytes of records that a dead-letter topic has not acknowledged yet.",
            labels: labels
        )
    }
}
