internal import Synchronization

/// Hands the first of several ends on to the one who waits.
final class ThreadOutcome<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, any Error>)
        case ended
    }

    private let state = Mutex(State.open)

    /// Takes the one who waits; when the end was there before, it must have been a cancellation.
    /// - Returns: Whether it waits, and the work is to begin.
    func wait(with continuation: CheckedContinuation<Value, any Error>) -> Bool {
        let waits = state.withLock { state in
            guard case .open = state else { return false }
            state = .awaited(continuation)
            return true
        }
        if !waits { continuation.resume(throwing: CancellationError()) }
        return waits
    }

    /// Takes an end; all but the first are dropped.
    func end(with result: Result<Value, any Error>) {
        let waiting = state.withLock { state in
            defer { state = .ended }
            guard case .awaited(let continuation) = state else { return nil as CheckedContinuation<Value, any Error>? }
            return continuation
        }
        waiting?.resume(with: result)
    }
}
