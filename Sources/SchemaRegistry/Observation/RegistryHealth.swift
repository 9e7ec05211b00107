internal import Logging
internal import Metrics
internal import Synchronization

/// Tells people that a registry does not answer, since when, and that it does again.
final class RegistryHealth: Sendable {
    private struct State {
        var outage: RegistryOutage?
        var isReported = false
    }

    /// How long records may wait for a schema before that is a problem; shorter outages are what retries are for.
    static let patience = Duration.seconds(60)

    private let key: String
    private let url: String
    private let observer: (any SchemaRegistryObserver)?
    private let metrics: RegistryMetrics
    private let clock: SchemaRegistryClock
    private let logger: Logger
    private let state = Mutex(State())

    init(
        name: String,
        url: String,
        observer: (any SchemaRegistryObserver)?,
        metrics: RegistryMetrics,
        clock: SchemaRegistryClock,
        logger: Logger
    ) {
        key = "schema registry (\(name))"
        self.url = url
        self.observer = observer
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
    }

    /// Compares what is wrong now with what was, and tells the difference.
    /// - Parameter current: Reads what is wrong now; called under this object's lock, so that two tasks that finish at the
    ///   same time do not tell an old state after the new one.
    func refresh(_ current: () -> RegistryOutage?) {
        let now = clock.now()
        state.withLock { state in
            let outage = current()
            defer { state.outage = outage }
            metrics.isUp.set(outage == nil ? 1 : 0)
            guard let outage else {
                metrics.failingSince.set(0)
                if let old = state.outage { recovered(from: old, isReported: state.isReported, now: now) }
                state.isReported = false
                return
            }
            let age = now - outage.since
            metrics.failingSince.set((clock.unixSeconds() - seconds(age)).rounded())
            guard age >= Self.patience, !state.isReported else { return }
            state.isReported = true
            report(outage, age)
        }
    }

    private func recovered(from outage: RegistryOutage, isReported: Bool, now: Duration) {
        if isReported { observer?.problemCleared(key) }
        logger.info(
            "no record waits for the schema registry any more",
            ["registry.url": url, "outage.seconds": (now - outage.since).components.seconds]
        )
    }

    private func report(_ outage: RegistryOutage, _ age: Duration) {
        let others =
            switch outage.schemas {
            case 1: ""
            case 2: " and one more"
            default: " and \(outage.schemas - 1) more"
            }
        let text =
            "the schema registry \(url) has not given \(outage.key)\(others) for \(age.components.seconds) s, "
            + "records wait for it and are not lost: \(outage.error.message)"
        logger.warning("records wait for the schema registry", ["problem": text, "registry.url": url])
        observer?.problemAppeared(key, text)
    }

    private func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
