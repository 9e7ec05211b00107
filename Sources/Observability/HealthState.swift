internal import Synchronization

/// Whether the parts of a process are alive and ready; written by them, read by the endpoint.
package final class HealthState: Sendable {
    /// The answer to one question, and what keeps it from being yes.
    package struct Report: Sendable, Equatable {
        /// A sentence for each part that fails, sorted, with the number of those left out at the end; empty when all is
        /// well.
        package let reasons: [String]

        /// The most sentences in a report.
        private static let limit = 50

        init(reasons: [String]) {
            self.reasons =
                reasons.prefix(Self.limit)
                + (reasons.count > Self.limit ? ["and \(reasons.count - Self.limit) more"] : [])
        }

        /// Whether all is well.
        package var isHealthy: Bool { reasons.isEmpty }
    }

    private struct State {
        /// When each loop last went round, in time since the start.
        var beats: [String: Duration] = [:]
        /// Why each part is not ready; nil when it is.
        var readiness: [String: String?] = [:]
        /// The sentence of each problem that is not over, by the problem's key.
        var problems: [String: String] = [:]
    }

    private let limit: Duration
    private let now: @Sendable () -> Duration
    private let state = Mutex(State())

    /// Creates a state in which nothing is watched yet.
    /// - Parameters:
    ///   - limit: How long a loop may take to go round before it counts as dead.
    ///   - clock: The clock that the time is read from.
    package init<C: Clock>(limit: Duration, clock: C = ContinuousClock()) where C.Duration == Duration {
        self.limit = limit
        let start = clock.now
        now = { start.duration(to: clock.now) }
    }

    /// Says that a loop has gone round; the first beat starts the watch over it.
    package func beat(_ task: String) {
        let now = now()
        state.withLock { $0.beats[task] = now }
    }

    /// Ends the watch over a loop that has ended as it should.
    package func forget(_ task: String) {
        state.withLock { state in
            state.beats[task] = nil
            state.readiness[task] = nil
        }
    }

    /// Says whether a part is ready, and if not why, as in "has not joined the group".
    package func setReady(_ part: String, unless reason: String? = nil) {
        state.withLock { $0.readiness[part] = .some(reason) }
    }

    /// Reports a problem: the process is not ready until it is cleared.
    package func report(_ problem: ReadinessProblem) { state.withLock { $0.problems[problem.key] = problem.text } }

    /// Says that the problem with this key is over.
    package func clear(_ key: String) { _ = state.withLock { $0.problems.removeValue(forKey: key) } }

    /// Whether every watched loop goes round.
    package var liveness: Report {
        let now = now()
        let beats = state.withLock { $0.beats }
        return Report(
            reasons: beats.sorted { $0.key < $1.key }.compactMap { task, beat in
                let age = now - beat
                return age > limit ? "\(task) has not gone round for \(age.components.seconds) s" : nil
            }
        )
    }

    /// Whether every part is ready and nothing has stopped; a process in which no part has spoken yet is not ready.
    package var readiness: Report {
        let (parts, problems) = state.withLock { ($0.readiness, $0.problems) }
        guard !parts.isEmpty else { return Report(reasons: ["starting"]) }
        let waiting = parts.sorted { $0.key < $1.key }.compactMap { part, reason in reason.map { "\(part) \($0)" } }
        return Report(reasons: waiting + problems.sorted { $0.key < $1.key }.map(\.value))
    }
}
