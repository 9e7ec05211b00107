internal import Synchronization

/// Holds tasks until the test lets them go on.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var arrived = 0
        var watchers: [Int: (count: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())

    /// Creates a gate that is closed.
    package init() {}

    /// How many tasks have come to the gate so far.
    package var arrivals: Int { state.withLock { $0.arrived } }

    /// Whether it lets all through.
    package var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Lets all through, now and from now on.
    package func open() {
        state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }.forEach { $0.resume() }
    }

    /// Counts an arrival without waiting.
    package func arrive() {
        state.withLock { $0.arrived += 1 }
        wakeWatchers()
    }

    /// Waits until the gate is open, or the task is cancelled.
    package func pass() async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        arrive()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    /// Waits until as many tasks have come to the gate, or the task is cancelled.
    package func awaitArrivals(_ count: Int = 1) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.arrived >= count || Task.isCancelled { return true }
                    state.watchers[id] = (count, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.watchers.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    private func wakeWatchers() {
        let due = state.withLock { state in
            let due = state.watchers.filter { $0.value.count <= state.arrived }
            for id in due.keys { state.watchers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }
}
