internal import Logging

/// Reports problems that last, in the log and for readiness: each once when it appears and once when it is over.
///
/// Thread-confined to the poll thread.
struct ProblemReport {
    private let observer: any PipelineObserver
    private let logger: Logger
    private var known: Set<String> = []

    init(observer: any PipelineObserver, logger: Logger) {
        self.observer = observer
        self.logger = logger
    }

    /// Reports a problem, unless it is known.
    /// - Parameters:
    ///   - key: What has the problem, such as `partition orders-3`.
    ///   - text: What is wrong and what to do, such as `partition orders-3 cannot advance: …`.
    /// - Returns: Whether it is new.
    @discardableResult
    mutating func appeared(_ key: String, _ text: String, _ data: LogData = [:]) -> Bool {
        guard known.insert(key).inserted else { return false }
        observer.problemAppeared(key, text)
        logger.error("a problem needs attention", data.merging(["problem": text]) { $1 })
        return true
    }

    /// Whether a problem was reported and not cleared since.
    func isKnown(_ key: String) -> Bool { known.contains(key) }

    /// Reports that a problem is resolved, if it was known.
    mutating func cleared(_ key: String) {
        guard known.remove(key) != nil else { return }
        observer.problemCleared(key)
        logger.info("a problem is resolved", ["problem": key])
    }

    /// Clears all reported problems without logging that: this task no longer knows whether they still exist.
    mutating func end() {
        for key in known { observer.problemCleared(key) }
        known.removeAll()
    }
}
