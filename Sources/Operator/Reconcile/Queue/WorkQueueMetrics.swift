package import Metrics

/// What a work queue tells about itself, under the names that dashboards for controllers know.
package struct WorkQueueMetrics: Sendable {
    let adds: Counter
    let retries: Counter
    let depth: Gauge
    let unfinished: Gauge
    let longestRunning: Gauge
    let queueDuration: Histogram
    let workDuration: Histogram

    /// Makes the handles for the queue of a controller.
    package init(registry: MetricsRegistry, controller: String) {
        let labels = ["name": controller, "controller": controller]
        // From 10 ns on, ten times as much each.
        let bounds = (0..<12).map { power in (0..<power).reduce(1e-8) { bound, _ in bound * 10 } }
        adds = registry.counter("workqueue_adds_total", help: "Requests for a key that were new.", labels: labels)
        retries = registry.counter(
            "workqueue_retries_total",
            help: "Keys asked for again after a failure.",
            labels: labels
        )
        depth = registry.gauge(
            "workqueue_depth",
            help: "Keys that wait for a worker.",
            labels: labels.merging(["priority": ""]) { known, _ in known }
        )
        unfinished = registry.gauge(
            "workqueue_unfinished_work_seconds",
            help: "Sum of the times that the keys worked on have taken so far.",
            labels: labels
        )
        longestRunning = registry.gauge(
            "workqueue_longest_running_processor_seconds",
            help: "Time that the slowest of the keys worked on has taken so far.",
            labels: labels
        )
        queueDuration = registry.histogram(
            "workqueue_queue_duration_seconds",
            help: "Time that a key waited for a worker.",
            bounds: bounds,
            labels: labels
        )
        workDuration = registry.histogram(
            "workqueue_work_duration_seconds",
            help: "Time that the work on a key took.",
            bounds: bounds,
            labels: labels
        )
    }
}
