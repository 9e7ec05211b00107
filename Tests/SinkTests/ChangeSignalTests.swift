import Synchronization
import Testing

@testable import Sink

@Suite("Change signal")
struct ChangeSignalTests {
    private final class Progress: Sendable {
        private let steps = Atomic(0)
        private let isDone = Atomic(false)

        func step() { steps.add(1, ordering: .relaxed) }
        func end() { isDone.store(true, ordering: .releasing) }
        var state: (steps: Int, isDone: Bool) { (steps.load(ordering: .relaxed), isDone.load(ordering: .acquiring)) }
    }

    /// Runs `body` and says whether it ended; one that makes no step for three minutes hangs, and is given up.
    private func ends(_ body: @escaping @Sendable (Progress) async -> Void) async throws -> Bool {
        let progress = Progress()
        Task {
            await body(progress)
            progress.end()
        }
        var last = (steps: 0, time: ContinuousClock.now)
        while true {
            let (steps, isDone) = progress.state
            if isDone { return true }
            if steps != last.steps { last = (steps, .now) }
            if ContinuousClock.now > last.time + .seconds(180) { return false }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("A moment that has come ends the wait, however early it comes")
    func momentsEndWaits() async throws {
        // Now and then the wait is over before its own task has begun to listen.
        let signal = ChangeSignal(clock: SinkClock(now: { .zero }, wallMilliseconds: { 0 }, sleep: { _ in }))
        #expect(
            try await ends { progress in
                for _ in 0..<20_000 {
                    await signal.wait(since: signal.count, until: .zero)
                    progress.step()
                }
            }
        )
    }

    @Test("A change between looking and waiting is not missed")
    func changesEndWaits() async throws {
        let signal = ChangeSignal(clock: .system)
        #expect(
            try await ends { _ in
                let seen = signal.count
                signal.announce()
                await signal.wait(since: seen, until: nil)
            }
        )
        #expect(
            try await ends { progress in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for _ in 0..<20_000 {
                            signal.announce()
                            progress.step()
                        }
                    }
                    while signal.count < 20_001 { await signal.wait(since: signal.count, until: nil) }
                }
            }
        )
    }
}
