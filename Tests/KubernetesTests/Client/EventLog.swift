import Kubernetes
import Synchronization

/// Collects the events of a watch for a test that waits for some of them.
final class EventLog: Sendable {
    struct Missing: Error {}

    private let events = Mutex<[WatchEvent]>([])

    var all: [WatchEvent] { events.withLock { $0 } }

    func append(_ event: WatchEvent) { events.withLock { $0.append(event) } }

    /// Waits until the events are as expected.
    func wait(_ limit: Duration = .seconds(500), _ isDone: ([WatchEvent]) -> Bool) async throws {
        let deadline = ContinuousClock.now + limit
        while !isDone(all) {
            guard ContinuousClock.now < deadline else { throw Missing() }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
