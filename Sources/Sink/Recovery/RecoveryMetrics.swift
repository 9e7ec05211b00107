package import Metrics

/// What is counted of recoveries.
package struct RecoveryMetrics: Sendable {
    /// How a recovery ended.
    enum Outcome: String, CaseIterable {
        /// Every record is in ADX.
        case delivered
        /// Some or all records are in the dead-letter topic.
        case deadLettered = "dead_lettered"
        /// Some or all records were dropped.
        case dropped
        /// It was left to another member, or to the next start.
        case abandoned
        /// It stopped the worker.
        case failed
    }

    let deliveries: Counter
    let inProgress: Gauge
    let waiting: Gauge
    private let ends: [Outcome: Counter]

    /// Makes or finds the handles.
    package init(registry: MetricsRegistry, connector: String) {
        let labels = ["connector": connector]
        deliveries = registry.counter(
            "kusto_sink_recovery_deliveries_total",
            help: "Parts of refused batches, and such batches as a whole, that were sent to ADX again.",
            labels: labels
        )
        inProgress = registry.gauge(
            "kusto_sink_recoveries_in_progress",
            help: "Refused batches whose records are being read again.",
            labels: labels
        )
        waiting = registry.gauge(
            "kusto_sink_recoveries_waiting",
            help: "Refused batches that wait for their turn to be read again.",
            labels: labels
        )
        var ends: [Outcome: Counter] = [:]
        for outcome in Outcome.allCases {
            ends[outcome] = registry.counter(
                "kusto_sink_recoveries_total",
                help: "Refused batches by what became of their records.",
                labels: labels.merging(["outcome": outcome.rawValue]) { $1 }
            )
        }
        self.ends = ends
    }

    /// Counts the end of a recovery.
    func ended(_ outcome: Outcome) { ends[outcome]?.increment() }
}
