internal import Glibc

/// The time of day, which tests may set.
package struct WallClock: Sendable {
    /// The moment in ticks of 100 ns since 0001-01-01 UTC.
    let now: @Sendable () -> Int64

    /// Creates a clock that says what the closure says, in ticks of 100 ns since 0001-01-01 UTC.
    package init(now: @escaping @Sendable () -> Int64) { self.now = now }

    /// The machine's clock.
    package static let system = WallClock {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return DateTimeText.unixEpoch + Int64(time.tv_sec) * DateTimeText.ticksPerSecond + Int64(time.tv_nsec) / 100
    }
}
