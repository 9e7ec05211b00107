import SchemaRegistry
import Synchronization

/// A time that jumps to the end of each wait, and remembers the waits.
final class JumpingClock: Sendable {
    private struct State {
        var now = Duration.zero
        var pauses: [Duration] = []
    }

    private let state = Mutex(State())
    private let jitter: Double

    /// - Parameter jitter: What chance always says.
    init(jitter: Double = 1) { self.jitter = jitter }

    var clock: SchemaRegistryClock {
        SchemaRegistryClock(
            now: { self.now },
            unixSeconds: { 1_800_000_000 + Double(self.now.components.seconds) },
            sleep: { duration in
                self.state.withLock { state in
                    state.pauses.append(duration)
                    state.now += duration
                }
                await Task.yield()
                try Task.checkCancellation()
            },
            random: { [jitter] in jitter }
        )
    }

    var now: Duration { state.withLock { $0.now } }
    /// The waits so far.
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func advance(by duration: Duration) { state.withLock { $0.now += duration } }
}
