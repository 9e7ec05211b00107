package import Kubernetes
internal import Synchronization

/// A time that only the test moves.
///
/// A sleeping task wakes when its time has come, or when it is cancelled.
package final class ManualClock: Sendable {
    private struct Sleeper {
        let until: Duration
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now = Duration.zero
        var sleepers: [Int: Sleeper] = [:]
        var lastID = 0
        var chances: [Double] = []
    }

    private let state = Mutex(State())
    private let unixStart: Int64

    /// Creates a clock that stands at zero.
    /// - Parameter unixStart: The time of day then, in microseconds since 1970.
    package init(unixStart: Int64 = 1_800_000_000_000_000) { self.unixStart = unixStart }

    /// The clock as the parts under test take it.
    package var clock: KubernetesClock {
        KubernetesClock(
            now: { self.now },
            unixMicroseconds: { self.unixStart + Int64(self.now / .microseconds(1)) },
            sleep: { try await self.sleep($0) },
            random: { self.state.withLock { $0.chances.isEmpty ? 0.5 : $0.chances.removeFirst() } }
        )
    }

    /// Time since the start.
    package var now: Duration { state.withLock { $0.now } }

    /// How many tasks sleep.
    package var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// When the first of the sleeping tasks wakes, or `nil`.
    package var nextWake: Duration? { state.withLock { $0.sleepers.values.map(\.until).min() } }

    /// The next random numbers; after these every one is 0.5.
    package func setChances(_ chances: [Double]) { state.withLock { $0.chances = chances } }

    /// Moves the time on, and wakes whose time has come.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.until < $1.until }.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Moves the time on and wakes nobody: what a process finds that was stopped meanwhile.
    package func skip(_ duration: Duration) { state.withLock { $0.now += duration } }

    /// Moves the time to the next waking, if a task sleeps.
    package func advanceToNextWake() {
        if let next = nextWake { advance(by: max(.zero, next - now)) }
    }

    private func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if duration <= .zero || Task.isCancelled { return true }
                    state.sleepers[id] = Sleeper(until: state.now + duration, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }
}
