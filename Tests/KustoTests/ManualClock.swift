import Foundation
import Kusto
import Synchronization

/// A time that only the test moves.
final class ManualClock: Sendable {
    private let time = Mutex(Duration.zero)

    var clock: KustoClock {
        KustoClock(
            now: { self.time.withLock { $0 } },
            date: { Date(timeIntervalSince1970: 1_800_000_000 + Double(self.time.withLock { $0 }.components.seconds)) }
        )
    }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
