internal import Synchronization

/// Tells one service to stop taking in work and to finish what it has begun.
///
/// A service's task and its child tasks find their shutdown in ``current``; a thread outside of tasks is handed the
/// object and asks ``isTriggered``.
package final class GracefulShutdown: Sendable {
    private struct State {
        var nextKey = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }

    /// The shutdown of the service that the current task belongs to; nil outside of a ``ServiceGroup``.
    @TaskLocal package static var current: GracefulShutdown?

    private let triggered = Atomic<Bool>(false)
    private let state = Mutex(State())

    /// Creates a shutdown that nobody has asked for yet.
    package init() {}

    /// Whether the service has been told to stop; cheap enough to ask in every turn of a loop.
    package var isTriggered: Bool { triggered.load(ordering: .acquiring) }

    /// Tells the service to stop; only the first call has an effect.
    package func trigger() {
        let handlers = state.withLock { state in
            triggered.store(true, ordering: .releasing)
            defer { state.handlers = [:] }
            return state.handlers.sorted { $0.key < $1.key }.map(\.value)
        }
        for handler in handlers { handler() }
    }

    /// Calls `handler` once: when the service is told to stop, or at once if it has been told already.
    /// - Returns: A key for ``removeHandler(_:)``.
    @discardableResult
    package func onTrigger(_ handler: @escaping @Sendable () -> Void) -> Int {
        let key: Int? = state.withLock { state in
            guard !triggered.load(ordering: .acquiring) else { return nil }
            defer { state.nextKey += 1 }
            state.handlers[state.nextKey] = handler
            return state.nextKey
        }
        if key == nil { handler() }
        return key ?? -1
    }

    /// Forgets a handler.
    package func removeHandler(_ key: Int) { _ = state.withLock { $0.handlers.removeValue(forKey: key) } }

    /// Returns when the service is told to stop.
    /// - Throws: `CancellationError` when the task is cancelled first.
    package func wait() async throws {
        let stream = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let key = onTrigger { stream.continuation.finish() }
        defer { removeHandler(key) }
        for await _ in stream.stream {}
        if !isTriggered { throw CancellationError() }
    }
}

/// Returns when the service of the current task is told to stop; outside of a service only cancellation ends it.
/// - Throws: `CancellationError` when the task is cancelled first.
package func gracefulShutdown() async throws {
    try await (GracefulShutdown.current ?? GracefulShutdown()).wait()
}

/// Runs `operation` and calls `handler` if the service is told to stop meanwhile.
package func withGracefulShutdownHandler<Result>(
    operation: () async throws -> Result,
    onGracefulShutdown handler: @escaping @Sendable () -> Void
) async rethrows -> Result {
    guard let shutdown = GracefulShutdown.current else { return try await operation() }
    let key = shutdown.onTrigger(handler)
    defer { shutdown.removeHandler(key) }
    return try await operation()
}
