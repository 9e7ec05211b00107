/// The time and the chance of the parts that wait, injected so that tests need neither.
package struct KubernetesClock: Sendable {
    /// Time since some fixed moment; only goes forward, also while the process is stopped.
    package let now: @Sendable () -> Duration
    /// Microseconds since 1970.
    package let unixMicroseconds: @Sendable () -> Int64
    /// Waits; throws `CancellationError` when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// A number of at least 0 and less than 1.
    package let random: @Sendable () -> Double

    /// Creates a clock of the given parts.
    package init(
        now: @escaping @Sendable () -> Duration,
        unixMicroseconds: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.unixMicroseconds = unixMicroseconds
        self.sleep = sleep
        self.random = random
    }
}
