import Synchronization
import Testing

@testable import Sink

@Suite("Change signal")
struct ChangeSignalTests {
    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }
    }

    /// Runs `body` and says whether it ended within a minute; a body that hangs is left behind.
    private func ends(_ body: @escaping @Sendable () async -> Void) async throws -> Bool {
        let flag = Flag()
        Task {
            await body()
            flag.set()
        }
        let deadline = ContinuousClock.now + .seconds(60)
        while !flag.isSet, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        return flag.isSet
    }

    @Test("A moment that has come ends the wait, however early it comes")
    func momentsEndWaits() async throws {
        // The wait is over before its own task has begun to listen, now and then.
        let signal = ChangeSignal(clock: SinkClock(now: { .zero }, wallMilliseconds: { 0 }, sleep: { _ in }))
        #expect(
            try await ends {
                for _ in 0..<20_000 { await signal.wait(since: signal.count, until: .zero) }
            }
        )
    }

    @Test("A change between looking and waiting is not missed")
    func changesEndWaits() async throws {
        let signal = ChangeSignal(clock: .system)
        #expect(
            try await ends {
                let seen = signal.count
                signal.announce()
                await signal.wait(since: seen, until: nil)
            }
        )
        #expect(
            try await ends {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { for _ in 0..<20_000 { signal.announce() } }
                    while signal.count < 20_001 { await signal.wait(since: signal.count, until: nil) }
                }
            }
        )
    }
}
