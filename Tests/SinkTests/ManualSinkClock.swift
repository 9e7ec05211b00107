import Synchronization

@testable import Sink

/// A time that only the test moves.
///
/// A sleeping task wakes when its time has come, or when it is cancelled.
final class ManualSinkClock: Sendable {
    private struct State {
        var now = Duration.zero
        var sleepers: [(id: Int, until: Duration, continuation: CheckedContinuation<Void, Never>)] = []
        var cancelled: Set<Int> = []
        var lastID = 0
        var sleeps = 0
    }

    private let state = Mutex(State())

    /// The clock of the sink's parts.
    var clock: SinkClock {
        SinkClock(
            now: { self.now },
            wallMilliseconds: { 1_800_000_000_000 + Int64(self.now / .milliseconds(1)) },
            sleep: { await self.sleep($0) }
        )
    }

    var now: Duration { state.withLock { $0.now } }

    /// Whether a task sleeps.
    var isAwaited: Bool { state.withLock { !$0.sleepers.isEmpty } }

    /// How often a task has begun to sleep.
    var sleeps: Int { state.withLock { $0.sleeps } }

    /// Moves the time on.
    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.until <= state.now }
            state.sleepers.removeAll { $0.until <= state.now }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    private func sleep(_ duration: Duration) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if duration <= .zero || state.cancelled.remove(id) != nil { return true }
                    state.sleeps += 1
                    state.sleepers.append((id, state.now + duration, continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil as CheckedContinuation<Void, Never>?
                }
                return state.sleepers.remove(at: index).continuation
            }
            sleeper?.resume()
        }
    }
}
