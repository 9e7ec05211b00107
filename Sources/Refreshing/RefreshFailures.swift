package import Logging
package import Metrics
internal import Synchronization

/// Logs and counts failed renewals.
///
/// Nothing else shows them until the old value ends, for instance when a client secret has expired. What fails for the
/// same reason again is told at most once a minute.
package struct RefreshFailures: Sendable {
    private let registry: MetricsRegistry
    private let logger: Logger
    private let told = ToldReasons()

    /// Creates what counts in a registry of metrics; all counters are there from the start.
    package init(registry: MetricsRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
        for what in ["token", "resources", "identity"] { _ = counter(what) }
    }

    /// Returns what a ``RefreshedValue`` calls when it could not be fetched.
    package func reporter(of what: String) -> @Sendable (any RefreshError) -> Void {
        let counter = counter(what)
        return { [logger, told] error in
            counter.increment()
            // The same failure ends the fetch of a token and of all that needs the token.
            guard told.isNew(error.message, at: .now) else { return }
            logger.warning(
                error.isRefusal
                    ? "could not be renewed: it is refused, and somebody has to correct that"
                    : "could not be renewed, will be tried again",
                ["refresh.of": what, "error": error.message, "error.code": error.codeName]
            )
        }
    }

    private func counter(_ what: String) -> Counter {
        registry.counter(
            "kusto_sink_refresh_failures_total",
            help:
                "Failed fetches of ADX's access token, ingestion resources and identity token, and of Kafka's tokens.",
            labels: ["what": what]
        )
    }
}

/// Which reasons were told lately.
final class ToldReasons: Sendable {
    /// Time in which the same reason is not told again.
    private static let quiet = Duration.seconds(60)
    /// The most reasons that are remembered.
    private static let limit = 20

    private let told = Mutex<[String: ContinuousClock.Instant]>([:])

    /// Returns whether a reason is to be told, which is then remembered.
    func isNew(_ reason: String, at now: ContinuousClock.Instant) -> Bool {
        told.withLock { told in
            if let last = told[reason], now - last < Self.quiet { return false }
            if told.count >= Self.limit { told.removeAll() }
            told[reason] = now
            return true
        }
    }
}
