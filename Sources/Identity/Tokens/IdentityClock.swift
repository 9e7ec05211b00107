/// The time, injected so that tests need not wait.
package struct IdentityClock: Sendable {
    /// Time since some fixed moment; only goes forward.
    package let now: @Sendable () -> Duration
    /// Seconds since 1970.
    package let unixSeconds: @Sendable () -> Double
    /// Waits; returns `false` when the task was cancelled before or meanwhile.
    package let sleep: @Sendable (Duration) async -> Bool

    /// Creates a clock of the given parts; without `sleep` it waits by the machine's clock.
    package init(
        now: @escaping @Sendable () -> Duration,
        unixSeconds: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Duration) async -> Bool = { (try? await Task.sleep(for: $0)) != nil }
    ) {
        self.now = now
        self.unixSeconds = unixSeconds
        self.sleep = sleep
    }
}
