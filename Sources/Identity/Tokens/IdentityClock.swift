/// The time, injected so that tests need not wait.
package struct IdentityClock: Sendable {
    /// Time since some fixed moment; only goes forward.
    package let now: @Sendable () -> Duration
    /// Seconds since 1970.
    package let unixSeconds: @Sendable () -> Double

    /// Creates a clock of the given parts.
    package init(now: @escaping @Sendable () -> Duration, unixSeconds: @escaping @Sendable () -> Double) {
        self.now = now
        self.unixSeconds = unixSeconds
    }
}
