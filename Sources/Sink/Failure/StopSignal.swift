internal import Synchronization

/// Tells every part of the pipeline to stop, and remembers the first reason that was a failure.
package final class StopSignal: Sendable {
    private struct State {
        var isRequested = false
        var isUrgent = false
        var failure: SinkFailure?
    }

    private let state = Mutex(State())

    /// Creates a signal that is not raised.
    package init() {}

    /// Whether the pipeline should stop.
    package var isRequested: Bool { state.withLock { $0.isRequested } }

    /// The failure that caused the stop, if one did.
    package var failure: SinkFailure? { state.withLock { $0.failure } }

    /// Asks for a stop without a failure.
    package func request() { state.withLock { $0.isRequested = true } }

    /// Whether to leave what is in flight to the next start.
    package var isUrgent: Bool { state.withLock { $0.isUrgent } }

    /// Asks for a stop now, without waiting for what is in flight.
    package func abort() {
        state.withLock { state in
            state.isRequested = true
            state.isUrgent = true
        }
    }

    /// Asks for a stop because of a failure; the first one is kept.
    /// - Returns: Whether this was the first.
    @discardableResult
    package func fail(_ failure: SinkFailure) -> Bool {
        state.withLock { state in
            state.isRequested = true
            guard state.failure == nil else { return false }
            state.failure = failure
            return true
        }
    }
}
