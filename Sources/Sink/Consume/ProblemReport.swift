internal import Logging

/// Reports problems that last, in the log and for readiness: each once when it appears and once when it is over.
///
/// Thread-confined to the poll thread.
struct ProblemReport {
    private let observer: any PipelineObserver
    private let clock: SinkClock
    private let logger: Logger
    /// The problems, with when each appeared.
    private var known: [String: Duration] = [:]

    init(observer: any PipelineObserver, clock: SinkClock, logger: Logger) {
        self.observer = observer
        self.clock = clock
        self.logger = logger
    }

    /// Reports a problem, unless it is known.
    /// - Parameters:
    ///   - key: What has the problem, such as `partition orders-3`.
    ///   - text: What is wrong and what to do, such as `partition orders-3 cannot advance: …`.
    /// - Returns: Whether it is new.
    @discardableResult
    mutating func appeared(_ key: String, _ text: String, _ data: LogData = [:]) -> Bool {
        guard known[key] == nil else { return false }
        known[key] = clock.now()
        observer.problemAppeared(key, text)
        logger.error("a problem needs attention", data.merging(["problem": text]) { $1 })
        return true
    }

    /// Whether a problem was reported and not cleared since.
    func isKnown(_ key: String) -> Bool { known[key] != nil }

    /// Reports that a problem is resolved, if it was known.
    mutating func cleared(_ key: String) {
        guard let since = known.removeValue(forKey: key) else { return }
        observer.problemCleared(key)
        logger.info(
            "a problem is resolved",
            ["problem": key, "problem.seconds": (clock.now() - since).components.seconds]
        )
    }

    /// Clears all reported problems without logging that: this task no longer knows whether they still exist.
    mutating func end() {
        for key in known.keys { observer.problemCleared(key) }
        known.removeAll()
    }
}
