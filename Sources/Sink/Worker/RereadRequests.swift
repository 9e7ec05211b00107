internal import Synchronization

/// Asks for credentials to be read again at once, as SIGHUP does.
///
/// A request that comes while nobody looks for credentials yet is answered by the first look.
final class RereadRequests: Sendable {
    private let signal: ChangeSignal
    private let taken = Mutex(0)

    init(clock: SinkClock) { signal = ChangeSignal(clock: clock) }

    /// Asks for another look.
    func make() { signal.announce() }

    /// Whether there are requests that nobody has taken yet.
    var isPending: Bool { signal.count != taken.withLock { $0 } }

    /// Takes the requests that nobody has taken yet, and returns whether there were any.
    func take() -> Bool {
        let count = signal.count
        return taken.withLock { taken in
            defer { taken = count }
            return taken != count
        }
    }

    /// Waits until there are requests, or until `moment` on the clock; one caller at a time.
    func wait(until moment: Duration) async {
        await signal.wait(since: taken.withLock { $0 }, until: moment)
    }
}
