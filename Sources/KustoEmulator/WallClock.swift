internal import Glibc

/// The time of day, which tests may set.
package struct WallClock: Sendable {
    /// The moment in ticks of 100 ns since 0001-01-01 UTC.
    let now: @Sendable () -> Int64

    /// Creates a clock that says what the closure says, in ticks of 100 ns since 0001-01-01 UTC.
    package init(now: @escaping @Sendable () -> Int64) { self.now = now }

    /// Creates a clock that says what the closure says, in seconds since 1970.
    package init(unixSeconds: @escaping @Sendable () -> Int) {
        now = { DateTimeText.unixEpoch + Int64(unixSeconds()) * DateTimeText.ticksPerSecond }
    }

    /// Seconds as ticks, limited to the length of all time that can be written, so that sums with a moment stay valid.
    static func ticks(_ seconds: Int) -> Int64 {
        let (ticks, overflow) = Int64(seconds).multipliedReportingOverflow(by: DateTimeText.ticksPerSecond)
        return overflow ? DateTimeText.maximum : min(max(ticks, 0), DateTimeText.maximum)
    }

    /// The moment in seconds since 1970.
    var unixSeconds: Int { Int((now() - DateTimeText.unixEpoch) / DateTimeText.ticksPerSecond) }

    /// The machine's clock.
    package static let system = WallClock {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return DateTimeText.unixEpoch + Int64(time.tv_sec) * DateTimeText.ticksPerSecond + Int64(time.tv_nsec) / 100
    }
}
