package import FoundationEssentials

/// The client's time, injected so that tests need not wait.
package struct KustoClock: Sendable {
    /// Time since some fixed moment; only goes forward.
    package let now: @Sendable () -> Duration
    /// The time of day.
    package let date: @Sendable () -> Date

    /// Waits; returns `false` when the task was cancelled before or meanwhile.
    package let sleep: @Sendable (Duration) async -> Bool

    /// Creates a clock of the given parts; without `sleep` it waits by the machine's clock.
    package init(
        now: @escaping @Sendable () -> Duration,
        date: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async -> Bool = { (try? await Task.sleep(for: $0)) != nil }
    ) {
        self.now = now
        self.date = date
        self.sleep = sleep
    }

    /// The machine's clocks.
    package static let system: KustoClock = {
        let start = ContinuousClock.now
        return KustoClock(now: { ContinuousClock.now - start }, date: { Date() })
    }()
}
