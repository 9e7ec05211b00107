import Synchronization

/// Produces until it is told to stop; knows how many records the broker has acknowledged.
final class Flow: Sendable {
    private let isDone = Atomic(false)
    private let acknowledged = Atomic(0)

    var count: Int { acknowledged.load(ordering: .acquiring) }

    func stop() { isDone.store(true, ordering: .releasing) }

    func run(_ harness: SinkHarness) async throws {
        var next = 0
        while !isDone.load(ordering: .acquiring) {
            try await harness.produce(next..<next + 200)
            next += 200
            acknowledged.store(next, ordering: .releasing)
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
