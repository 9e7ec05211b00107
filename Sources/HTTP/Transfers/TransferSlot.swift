internal import Synchronization

/// Brings a cancellation and its exchange together, whichever of the two comes first.
final class TransferSlot: Sendable {
    private struct State {
        var transfer: Transfer?
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// The exchange, once there is one.
    var transfer: Transfer? { state.withLock { $0.transfer } }

    /// Remembers the exchange, and gives it up at once when it was cancelled before.
    func set(_ transfer: Transfer) {
        state.withLock { state in
            state.transfer = transfer
            if state.isCancelled { transfer.isCancelled.store(true, ordering: .releasing) }
        }
    }

    /// Remembers the cancellation and returns the exchange, if there is one.
    func cancel() -> Transfer? {
        state.withLock { state in
            state.isCancelled = true
            return state.transfer
        }
    }
}
