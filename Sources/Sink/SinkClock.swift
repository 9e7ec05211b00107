/// The sink's time, injected so that tests need not wait.
package struct SinkClock: Sendable {
    /// Time since some fixed moment; only goes forward.
    package let now: @Sendable () -> Duration
    /// Milliseconds since 1970, to compare with record timestamps.
    package let wallMilliseconds: @Sendable () -> Int64
    /// Waits, or returns early when the task is cancelled.
    package let sleep: @Sendable (Duration) async -> Void

    /// Creates a clock of the given parts.
    package init(
        now: @escaping @Sendable () -> Duration,
        wallMilliseconds: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async -> Void
    ) {
        self.now = now
        self.wallMilliseconds = wallMilliseconds
        self.sleep = sleep
    }
}
