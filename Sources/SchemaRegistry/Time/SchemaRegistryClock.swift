internal import FoundationEssentials

/// The client's time and chance, injected so that tests need neither.
package struct SchemaRegistryClock: Sendable {
    /// Time since some fixed moment; only goes forward.
    package let now: @Sendable () -> Duration
    /// Seconds since 1970.
    package let unixSeconds: @Sendable () -> Double
    /// Waits; throws `CancellationError` when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// A number of at least 0 and less than 1.
    package let random: @Sendable () -> Double

    /// Creates a clock of the given parts.
    package init(
        now: @escaping @Sendable () -> Duration,
        unixSeconds: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.unixSeconds = unixSeconds
        self.sleep = sleep
        self.random = random
    }

    /// The machine's clocks and chance.
    package static let system: SchemaRegistryClock = {
        let start = ContinuousClock.now
        return SchemaRegistryClock(
            now: { ContinuousClock.now - start },
            unixSeconds: { Date().timeIntervalSince1970 },
            sleep: { duration in try await Task.sleep(for: duration, clock: .continuous) },
            random: { Double.random(in: 0..<1) }
        )
    }()
}
