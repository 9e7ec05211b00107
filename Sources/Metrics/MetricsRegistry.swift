internal import Synchronization

/// All metrics of a process; components ask it for handles once and keep them.
package final class MetricsRegistry: Sendable {
    enum Handle: Sendable {
        case counter(Counter), reading(@Sendable () -> Double), gauge(Gauge), histogram(Histogram)
    }

    struct Family: Sendable {
        let help: String
        let kind: String
        var members: [Labels: Handle] = [:]
    }

    /// A metric's labels in a fixed order, as the text format has them between braces; made once, not at each scrape.
    struct Labels: Hashable, Sendable {
        let text: String

        init(_ labels: [String: String]) {
            text = labels.sorted { $0.key < $1.key }.map { PrometheusText.label($0.key, $0.value) }.joined(
                separator: ","
            )
        }
    }

    private struct Collectors: Sendable {
        var unnamed: [@Sendable () -> Void] = []
        var named: [String: @Sendable () -> Void] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let collectors = Mutex(Collectors())

    /// Creates an empty registry.
    package init() {}

    /// Runs `update` before each scrape, for gauges whose values are read from somewhere else.
    package func onCollect(_ update: @escaping @Sendable () -> Void) {
        collectors.withLock { $0.unnamed.append(update) }
    }

    /// Runs `update` before each scrape, in the place of what was given under this name before.
    package func onCollect(insteadOf name: String, _ update: @escaping @Sendable () -> Void) {
        collectors.withLock { $0.named[name] = update }
    }

    /// Returns the counter of this name and labels, made at the first call.
    package func counter(_ name: String, help: String, labels: [String: String] = [:]) -> Counter {
        if case .counter(let counter) = handle(name, help, "counter", labels, { .counter(Counter()) }) {
            return counter
        }
        preconditionFailure("metric \(name) is already of another kind")
    }

    /// Adds a counter whose value is kept elsewhere and read at each scrape; it must only grow, and never take long.
    package func counter(
        _ name: String,
        help: String,
        labels: [String: String] = [:],
        reading read: @escaping @Sendable () -> Double
    ) {
        _ = handle(name, help, "counter", labels) { .reading(read) }
    }

    /// Returns the gauge of this name and labels, made at the first call.
    package func gauge(_ name: String, help: String, labels: [String: String] = [:]) -> Gauge {
        if case .gauge(let gauge) = handle(name, help, "gauge", labels, { .gauge(Gauge()) }) { return gauge }
        preconditionFailure("metric \(name) is already of another kind")
    }

    /// Returns the histogram of this name and labels, made at the first call.
    package func histogram(
        _ name: String,
        help: String,
        bounds: [Double],
        labels: [String: String] = [:]
    ) -> Histogram {
        if case .histogram(let histogram) = handle(
            name,
            help,
            "histogram",
            labels,
            { .histogram(Histogram(bounds: bounds)) }
        ) {
            return histogram
        }
        preconditionFailure("metric \(name) is already of another kind")
    }

    /// Forgets one metric, such as the lag of a partition that was revoked.
    package func remove(_ name: String, labels: [String: String]) {
        _ = families.withLock { $0[name]?.members.removeValue(forKey: Labels(labels)) }
    }

    /// Returns all metrics in the Prometheus text format, version 0.0.4.
    package func render() -> String {
        let updates = collectors.withLock { $0.unnamed + $0.named.values }
        for update in updates { update() }
        return PrometheusText.render(families.withLock { $0 })
    }

    private func handle(
        _ name: String,
        _ help: String,
        _ kind: String,
        _ labels: [String: String],
        _ make: () -> Handle
    ) -> Handle {
        families.withLock { families in
            let key = Labels(labels)
            if let known = families[name]?.members[key] { return known }
            let new = make()
            families[name, default: Family(help: help, kind: kind)].members[key] = new
            return new
        }
    }
}
