package import Metrics

/// What a controller tells about its work, under the names that dashboards for controllers know.
package struct ReconcileMetrics: Sendable {
    /// The bounds of the histogram of reconcile times, in seconds.
    static let bounds = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
        1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
    ]

    let success: Counter
    let error: Counter
    let requeue: Counter
    let requeueAfter: Counter
    let errors: Counter
    let terminalErrors: Counter
    let timeouts: Counter
    let time: Histogram
    let activeWorkers: Gauge

    /// Makes the handles of a controller; all results are there from the start, at 0.
    package init(registry: MetricsRegistry, controller: String, workers: Int) {
        func result(_ name: String) -> Counter {
            registry.counter(
                "controller_runtime_reconcile_total",
                help: "Reconciliations by their result.",
                labels: ["controller": controller, "result": name]
            )
        }
        func counter(_ name: String, _ help: String) -> Counter {
            registry.counter("controller_runtime_\(name)", help: help, labels: ["controller": controller])
        }
        success = result("success")
        error = result("error")
        requeue = result("requeue")
        requeueAfter = result("requeue_after")
        errors = counter("reconcile_errors_total", "Reconciliations that failed.")
        terminalErrors = counter(
            "terminal_reconcile_errors_total",
            "Reconciliations that failed for a reason that only a person can change."
        )
        // A trap ends this process, so it is always 0; dashboards ask for it.
        _ = counter("reconcile_panics_total", "Reconciliations that panicked; always 0.")
        timeouts = counter("reconcile_timeouts_total", "Reconciliations that were cut at their deadline.")
        time = registry.histogram(
            "controller_runtime_reconcile_time_seconds",
            help: "Time that a reconciliation took.",
            bounds: Self.bounds,
            labels: ["controller": controller]
        )
        activeWorkers = registry.gauge(
            "controller_runtime_active_workers",
            help: "Reconciliations that run now.",
            labels: ["controller": controller]
        )
        registry.gauge(
            "controller_runtime_max_concurrent_reconciles",
            help: "The most reconciliations that run at a time.",
            labels: ["controller": controller]
        )
        .set(Double(workers))
    }

    /// Counts how one reconciliation ended.
    func count(_ outcome: ReconcileOutcome) {
        switch outcome {
        case .settled: success.increment()
        case .waiting: requeueAfter.increment()
        case .failed:
            error.increment()
            errors.increment()
        case .refused:
            error.increment()
            errors.increment()
            terminalErrors.increment()
        }
    }
}
