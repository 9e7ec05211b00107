internal import Synchronization

/// Wakes a task that waits; a signal that comes while none waits is kept for the next one.
///
/// An `AsyncStream` will not do: a wait that is cancelled ends the stream for good.
package final class WakeSignal: Sendable {
    private struct State {
        var isSignalled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Creates a signal that nobody has given yet.
    package init() {}

    /// Wakes the task that waits, or the next one.
    package func signal() {
        state.withLock { state in
            if state.waiter == nil { state.isSignalled = true }
            return state.waiter.take()
        }?.resume()
    }

    /// Waits for a signal, or until the task is cancelled; for one task at a time.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isSignalled || Task.isCancelled {
                        state.isSignalled = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }
}
