internal import Logging
internal import Synchronization

/// Tells that a start waits for a service: once, and then now and then, until the service answers.
///
/// The services are asked several times a second meanwhile.
final class StartupWaiting: Sendable {
    private struct Wait {
        let since: Duration
        var told: Duration
    }

    private let limit: Duration
    private let clock: SinkClock
    private let logger: Logger
    private let waits = Mutex<[String: Wait]>([:])

    /// The time between two lines about the same service.
    private static let interval = Duration.seconds(10)

    /// - Parameter limit: How long a start waits.
    init(limit: Duration, clock: SinkClock, logger: Logger) {
        self.limit = limit
        self.clock = clock
        self.logger = logger
    }

    /// Notes that a service does not answer as it should, and why.
    func note(_ service: String, _ reason: String) {
        let now = clock.now()
        let wait: Wait? = waits.withLock { waits in
            if let known = waits[service] {
                guard now - known.told >= Self.interval else { return nil }
                waits[service]?.told = now
                return known
            }
            let new = Wait(since: now, told: now)
            waits[service] = new
            return new
        }
        guard let wait else { return }
        let elapsed = Int((now - wait.since).components.seconds)
        logger.warning(
            elapsed == 0
                ? "the start waits for \(service), for \(limit.components.seconds) s at most (startup.timeout.ms)"
                : "the start still waits for \(service)",
            elapsed == 0
                ? ["service": service, "reason": reason]
                : ["service": service, "reason": reason, "waited.seconds": elapsed]
        )
    }

    /// Notes that a service answers; it is told when it was waited for.
    func end(_ service: String) {
        guard let wait = waits.withLock({ $0.removeValue(forKey: service) }) else { return }
        let elapsed = Int((clock.now() - wait.since).components.seconds)
        logger.info("the start has what it waited for: \(service)", ["service": service, "waited.seconds": elapsed])
    }
}
