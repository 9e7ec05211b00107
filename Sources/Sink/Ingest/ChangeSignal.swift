internal import Synchronization

/// Wakes one waiting task when something has changed, or when a moment has come.
///
/// Changes are counted, so that one that comes between looking and waiting is not missed: the waiter reads ``count``,
/// looks, and then waits for another count.
final class ChangeSignal: Sendable {
    private struct State {
        var count = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let clock: SinkClock
    private let state = Mutex(State())

    init(clock: SinkClock) { self.clock = clock }

    /// How many changes there were.
    var count: Int { state.withLock { $0.count } }

    /// Says that something has changed.
    func announce() {
        state.withLock { $0.count += 1 }
        release()
    }

    /// Waits until ``count`` differs from `seen`, or until `moment` on the clock.
    ///
    /// One caller at a time.
    func wait(since seen: Int, until moment: Duration?) async {
        guard let moment else { return await change(since: seen) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.change(since: seen) }
            group.addTask { await self.clock.sleep(moment - self.clock.now()) }
            await group.next()
            group.cancelAll()
        }
    }

    private func change(since seen: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    // If the moment cancelled this task before it began to listen, nothing would wake it later.
                    if state.count != seen || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isLate { continuation.resume() }
            }
        } onCancel: {
            release()
        }
    }

    private func release() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
