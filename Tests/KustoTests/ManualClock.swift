import Foundation
import Kusto
import Synchronization

/// A time that only the test moves.
final class ManualClock: Sendable {
    private let time = Mutex(Duration.zero)
    private let sleeps = Mutex<[Duration]>([])

    var clock: KustoClock {
        KustoClock(
            now: { self.time.withLock { $0 } },
            date: { Date(timeIntervalSince1970: 1_800_000_000 + Double(self.time.withLock { $0 }.components.seconds)) },
            sleep: { duration in
                self.sleeps.withLock { $0.append(duration) }
                self.advance(by: duration)
                return !Task.isCancelled
            }
        )
    }

    /// How long the client wanted to wait, each time; it never does.
    var slept: [Duration] { sleeps.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
