import Synchronization

@testable import Sink

/// Keeps what a pipeline reports as problems.
final class ProblemRecorder: PipelineObserver {
    private let state = Mutex<(open: [String: String], log: [String])>(([:], []))

    /// The problems that are not over, by key.
    var open: [String: String] { state.withLock { $0.open } }
    /// The keys in the order in which they appeared (`+`) and were cleared (`-`).
    var log: [String] { state.withLock { $0.log } }

    func taskTurned(_ task: Int) {}
    func taskJoined(_ task: Int) {}
    func taskEnded(_ task: Int) {}

    func problemAppeared(_ key: String, _ text: String) {
        state.withLock { state in
            state.open[key] = text
            state.log.append("+\(key)")
        }
    }

    func problemCleared(_ key: String) {
        state.withLock { state in
            state.open[key] = nil
            state.log.append("-\(key)")
        }
    }
}
