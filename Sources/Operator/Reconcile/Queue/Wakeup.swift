internal import Kubernetes
internal import Synchronization

/// Lets one task wait for a signal, for a limited time.
///
/// A signal that comes while nobody waits is kept, once, for the next wait; so a waiter that looks at its state, finds
/// nothing and then waits misses nothing.
final class Wakeup: Sendable {
    private struct State {
        var isSignalled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let clock: KubernetesClock

    /// Creates a signal that nobody has given yet.
    init(clock: KubernetesClock) { self.clock = clock }

    /// Ends the current wait, or the next one.
    func signal() {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter else {
                state.isSignalled = true
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Returns at a signal, after `limit`, or when the task is cancelled; only one task may wait.
    func wait(limit: Duration?) async {
        guard let limit else { return await waitForSignal() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForSignal() }
            group.addTask { [clock] in try? await clock.sleep(limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForSignal() async {
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
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
