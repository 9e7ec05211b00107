import Kusto
import Testing

@testable import Sink

@Suite("A batch's life")
struct BatchStateTests {
    private static let blob = UploadedBlob.sample()

    private func sealed(maximumTime: Duration = .seconds(60)) -> BatchState {
        BatchState(policy: RetryPolicy(maximumTime: maximumTime, backoff: .seconds(1), maximumBackoff: .seconds(8)))
    }

    private func checkpoint(_ blob: UploadedBlob? = nil) -> DeliveryCheckpoint {
        var checkpoint = DeliveryCheckpoint()
        checkpoint.blob = blob
        return checkpoint
    }

    private func fail(
        _ state: inout BatchState,
        _ disposition: Disposition,
        at now: Duration = .zero,
        leaving checkpoint: DeliveryCheckpoint = DeliveryCheckpoint(),
        retryAfter: Duration? = nil,
        jitter: Double = 1
    ) -> BatchState.Action {
        state.failed(disposition, leaving: checkpoint, now: now, retryAfter: retryAfter, jitter: jitter)
    }

    /// A state that has come to `phase` in the shortest way.
    private func state(in phase: BatchState.Phase) -> BatchState {
        var state = sealed()
        if phase == .sealed { return state }
        _ = state.start()
        switch phase {
        case .done: _ = state.accepted()
        case .rejected: _ = fail(&state, .rejected)
        case .stopped: _ = fail(&state, .stop)
        case .abandoned: state.abandon()
        case .sealed, .delivering: break
        }
        return state
    }

    @Test("neither an answer that asks for less nor a wait for its turn uses up a batch's time")
    func keepsItsTime() {
        var state = sealed(maximumTime: .seconds(10))
        var now = Duration.zero
        for _ in 0..<100 {
            _ = state.start()
            let action = state.failed(
                .retry,
                isThrottling: true,
                leaving: checkpoint(),
                now: now,
                retryAfter: .seconds(7),
                jitter: 0
            )
            #expect(action == .retry(after: .seconds(7)))
            now += .seconds(7)
        }
        _ = state.start()
        // From here on its time runs, but not while it waits.
        #expect(fail(&state, .retry, at: now, jitter: 0) != .giveUp)
        state.waited(.seconds(1000))
        now += .seconds(1009)
        _ = state.start()
        #expect(fail(&state, .retry, at: now, jitter: 0) == .retry(after: .seconds(1)))
        now += .seconds(1)
        _ = state.start()
        #expect(fail(&state, .retry, at: now, jitter: 0) == .giveUp)
    }

    @Test("what is refused or this process's fault is so whatever its name")
    func throttledRefusals() {
        for (disposition, action) in [(Disposition.rejected, BatchState.Action.giveUp), (.stop, .stop)] {
            var state = sealed()
            _ = state.start()
            let told = state.failed(
                disposition,
                isThrottling: true,
                leaving: checkpoint(),
                now: .zero,
                retryAfter: nil,
                jitter: 0
            )
            #expect(told == action)
        }
    }

    @Test("only a sealed batch starts", arguments: BatchState.Phase.allCases)
    func start(phase: BatchState.Phase) {
        var state = state(in: phase)
        #expect(state.phase == phase)
        let attempts = state.attempts
        #expect(state.start() == (phase == .sealed ? .deliver : .none))
        #expect(state.phase == (phase == .sealed ? .delivering : phase))
        #expect(state.attempts == (phase == .sealed ? attempts + 1 : attempts))
    }

    @Test("only a batch on its way is accepted", arguments: BatchState.Phase.allCases)
    func accepted(phase: BatchState.Phase) {
        var state = state(in: phase)
        #expect(state.accepted() == (phase == .delivering ? .settle : .none))
        #expect(state.phase == (phase == .delivering ? .done : phase))
    }

    @Test("only a batch on its way fails, by what the failure means", arguments: BatchState.Phase.allCases)
    func failed(phase: BatchState.Phase) {
        let outcomes: [(Disposition, BatchState.Action, BatchState.Phase)] = [
            (.retry, .retry(after: .seconds(1)), .sealed), (.rejected, .giveUp, .rejected), (.stop, .stop, .stopped),
        ]
        for (disposition, action, next) in outcomes {
            var state = state(in: phase)
            #expect(fail(&state, disposition) == (phase == .delivering ? action : .none))
            #expect(state.phase == (phase == .delivering ? next : phase))
        }
    }

    @Test("every batch that is not at its end can be abandoned", arguments: BatchState.Phase.allCases)
    func abandoned(phase: BatchState.Phase) {
        var state = state(in: phase)
        let wasFinal = state.isFinal
        #expect(wasFinal == ![.sealed, .delivering].contains(phase))
        state.abandon()
        #expect(state.phase == (wasFinal ? phase : .abandoned))
        #expect(state.isFinal)
    }

    @Test("what an attempt achieved is there for the next, until the batch is accepted")
    func keepsItsCheckpoint() {
        var state = sealed()
        _ = state.start()
        #expect(state.checkpoint.blob == nil)
        _ = fail(&state, .retry, leaving: checkpoint(Self.blob))
        _ = state.start()
        #expect(state.checkpoint.blob == Self.blob)
        // The attempt found the blob too old, and could not upload another.
        _ = fail(&state, .retry, leaving: checkpoint())
        #expect(state.checkpoint.blob == nil)
        _ = state.start()
        _ = state.accepted()
        #expect(state.checkpoint == DeliveryCheckpoint())
    }

    @Test("the pause doubles up to its cap and never passes the end of the budget")
    func backoff() {
        var state = sealed(maximumTime: .seconds(20))
        var now = Duration.zero
        var pauses: [Duration] = []
        while state.start() == .deliver {
            guard case .retry(let pause) = fail(&state, .retry, at: now) else { break }
            pauses.append(pause)
            now += pause
        }
        #expect(pauses == [1, 2, 4, 8, 5].map { .seconds($0) })
        #expect(state.phase == .rejected)
    }

    @Test("the budget starts at the first failure, not when the batch was made")
    func budgetStart() {
        var state = sealed(maximumTime: .seconds(10))
        _ = state.start()
        #expect(fail(&state, .retry, at: .seconds(1000)) == .retry(after: .seconds(1)))
    }

    @Test("the service's own wish to wait is kept when it is longer")
    func retryAfter() {
        var state = sealed()
        _ = state.start()
        #expect(fail(&state, .retry, retryAfter: .seconds(30), jitter: 0) == .retry(after: .seconds(30)))
    }

    @Test("with no time to retry the first failure is the last, but a fault of ours is no verdict even then")
    func noBudget() {
        var state = sealed(maximumTime: .zero)
        _ = state.start()
        #expect(fail(&state, .retry) == .giveUp)
        var faulty = sealed(maximumTime: .zero)
        _ = faulty.start()
        #expect(fail(&faulty, .stop) == .stop)
    }

    @Test("pauses of any length are computed without overflow", arguments: [1, 2, 64, 65, Int.max])
    func extremes(failures: Int) {
        let longest = Duration.milliseconds(Int64.max)
        for policy in [
            RetryPolicy(maximumTime: longest, backoff: longest, maximumBackoff: longest),
            RetryPolicy(maximumTime: longest, backoff: .zero),
            RetryPolicy(maximumTime: longest, backoff: .milliseconds(1), maximumBackoff: longest),
        ] {
            let pause = policy.pause(failures: failures, elapsed: .zero, retryAfter: longest, jitter: 1)
            #expect(pause == longest)
            #expect((pause ?? .zero).wholeMilliseconds > 0)
        }
    }
}
