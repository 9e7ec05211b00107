package import Metrics
internal import Synchronization

/// What the watches of a process report, and whether one of them has stopped going round.
///
/// Several watches may be of one resource: several namespaces, or one object each. Their gauge shows the one that has
/// heard nothing for the longest time.
package final class WatchMetrics: Sendable {
    /// One watch among those of a process.
    struct Watch: Hashable {
        fileprivate let number: Int
        fileprivate let resource: String
        fileprivate let title: String
    }

    private struct Signs {
        /// When the watch last did anything, also when that was a failure or the beginning of a wait.
        var lastStep: Duration
        /// When the server last said something about the resource, in seconds since 1970.
        var lastEvent: Double?
    }

    private struct State {
        var lastNumber = 0
        var signs: [Watch: Signs] = [:]
    }

    private static let restartsName = "kusto_sink_operator_watch_restarts_total"
    private static let lastEventName = "kusto_sink_operator_watch_last_event_timestamp_seconds"
    /// Twice as long as the longest watch: every step of a watch is bounded by less, so one that is silent for so long
    /// hangs.
    private static let silenceLimit = ResourceWatcher.watchLimit * 2

    private let registry: MetricsRegistry
    private let clock: KubernetesClock
    private let state = Mutex(State())

    /// Creates the metrics in a registry.
    package init(registry: MetricsRegistry, clock: KubernetesClock = .system) {
        self.registry = registry
        self.clock = clock
        registry.onCollect { [weak self] in self?.updateGauges() }
    }

    /// The watches that hang, each in words; for the liveness of the process.
    ///
    /// A server that is away makes no watch hang: it is tried again and again.
    package var stalled: [String] {
        let now = clock.now()
        return state.withLock { state in
            state.signs.filter { now - $0.value.lastStep > Self.silenceLimit }
                .map { "the watch of \($0.key.title) hangs for \((now - $0.value.lastStep).components.seconds) s" }
                .sorted()
        }
    }

    func begin(_ scope: ObjectScope) -> Watch {
        let now = clock.now()
        return state.withLock { state in
            state.lastNumber += 1
            let watch = Watch(number: state.lastNumber, resource: "\(scope.kind)", title: "\(scope)")
            state.signs[watch] = Signs(lastStep: now)
            return watch
        }
    }

    func end(_ watch: Watch) {
        let isLast = state.withLock { state in
            state.signs[watch] = nil
            return !state.signs.keys.contains { $0.resource == watch.resource }
        }
        if isLast { registry.remove(Self.lastEventName, labels: ["resource": watch.resource]) }
    }

    /// Notes a step of a watch.
    /// - Parameter isHeard: Whether it was the server that said something.
    func step(_ watch: Watch, isHeard: Bool) {
        let now = clock.now()
        let event = isHeard ? Double(clock.unixMicroseconds()) / 1_000_000 : nil
        state.withLock { state in
            state.signs[watch]?.lastStep = now
            if let event { state.signs[watch]?.lastEvent = event }
        }
    }

    /// Counts that a watch was begun anew.
    func restarted(_ watch: Watch, _ reason: WatchMachine.Reason) {
        registry.counter(
            Self.restartsName,
            help: "Watches that were begun anew, by why the one before ended.",
            labels: ["resource": watch.resource, "reason": reason.rawValue]
        ).increment()
    }

    private func updateGauges() {
        let signs = state.withLock { $0.signs }
        var oldest: [String: Double] = [:]
        for (watch, sign) in signs {
            guard let event = sign.lastEvent else { continue }
            oldest[watch.resource] = min(event, oldest[watch.resource] ?? event)
        }
        for (resource, time) in oldest {
            registry.gauge(
                Self.lastEventName,
                help: "When the server last answered a list or sent an event of a watch, in seconds since 1970.",
                labels: ["resource": resource]
            ).set(time)
        }
    }
}
