package import FoundationEssentials

/// The client's time, injected so that tests need not wait.
package struct KustoClock: Sendable {
    /// Time since some fixed moment; only goes forward.
    package let now: @Sendable () -> Duration
    /// The time of day.
    package let date: @Sendable () -> Date

    /// Creates a clock of the given parts.
    package init(now: @escaping @Sendable () -> Duration, date: @escaping @Sendable () -> Date) {
        self.now = now
        self.date = date
    }

    /// The machine's clocks.
    package static let system: KustoClock = {
        let start = ContinuousClock.now
        return KustoClock(now: { ContinuousClock.now - start }, date: { Date() })
    }()
}
