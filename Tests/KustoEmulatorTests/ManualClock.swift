import Synchronization

@testable import KustoEmulator

/// A clock that stands still until a test moves it.
final class ManualClock: Sendable {
    private let ticks = Mutex(DateTimeText.parse("2026-01-02T03:04:05.5Z") ?? 0)

    /// The clock for a cluster.
    var clock: WallClock { WallClock { self.ticks.withLock { $0 } } }

    /// Lets time pass.
    func advance(seconds: Int64) { ticks.withLock { $0 += seconds * DateTimeText.ticksPerSecond } }
}
