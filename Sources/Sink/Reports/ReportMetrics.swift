internal import Kusto
package import Metrics

/// What is counted of ADX's reports about queued batches.
package struct ReportMetrics: Sendable {
    let unreported: Gauge
    let oldestSeconds: Gauge
    let pollFailures: Counter
    /// Batches about which ADX has never said anything.
    let missing: Counter
    private let counters: [IngestionReport.Status: Counter]

    /// Makes or finds the handles.
    package init(registry: MetricsRegistry, connector: String) {
        let labels = ["connector": connector]
        unreported = registry.gauge(
            "kusto_sink_unreported_batches",
            help: "Batches that ADX has queued and has not reported about yet.",
            labels: labels
        )
        oldestSeconds = registry.gauge(
            "kusto_sink_oldest_unreported_seconds",
            help: "For how long the oldest batch without a report has been queued; 0 when there is none.",
            labels: labels
        )
        pollFailures = registry.counter(
            "kusto_sink_report_poll_failures_total",
            help: "Times that no status table of ADX could be read.",
            labels: labels
        )
        let outcomes = "kusto_sink_ingestion_reports_total"
        let help = "Batches by what ADX reported after it had queued them; missing when it did not within six hours."
        missing = registry.counter(outcomes, help: help, labels: labels.merging(["outcome": "missing"]) { $1 })
        var counters: [IngestionReport.Status: Counter] = [:]
        let names: [(IngestionReport.Status, String)] = [
            (.succeeded, "succeeded"), (.failed, "failed"), (.skipped, "skipped"), (.queued, "queued"),
            (.partiallySucceeded, "partially_succeeded"),
        ]
        for (status, name) in names {
            counters[status] = registry.counter(outcomes, help: help, labels: labels.merging(["outcome": name]) { $1 })
        }
        self.counters = counters
    }

    /// Counts a report.
    func count(_ status: IngestionReport.Status) { counters[status]?.increment() }
}
