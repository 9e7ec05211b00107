import Kusto
import Testing

@testable import Sink

@Suite("A batch's life")
struct BatchStateTests {
    private func sealed(stopsOnError: Bool = true, maximumTime: Duration = .seconds(60)) -> BatchState {
        var state = BatchState(
            policy: RetryPolicy(maximumTime: maximumTime, backoff: .seconds(1), maximumBackoff: .seconds(8)),
            stopsOnError: stopsOnError
        )
        state.seal()
        return state
    }

    @Test("A batch is uploaded, queued and done")
    func success() {
        var state = sealed()
        #expect(state.start() == .upload)
        #expect(state.uploaded() == .queue)
        #expect(state.queued() == .complete)
        #expect(state.phase == .done)
    }

    @Test("After a failure to queue only the message is sent again")
    func blobSurvives() {
        var state = sealed()
        _ = state.start()
        _ = state.uploaded()
        #expect(
            state.attemptFailed(disposition: .retry, now: .zero, retryAfter: nil, jitter: 1) == .pause(.seconds(1))
        )
        #expect(state.start() == .queue)
        #expect(state.attempts == 2)
    }

    @Test("The pause doubles up to its cap and never passes the end of the budget")
    func backoff() {
        var state = sealed(maximumTime: .seconds(20))
        var now = Duration.zero
        var pauses: [Duration] = []
        while true {
            _ = state.start()
            let action = state.attemptFailed(disposition: .retry, now: now, retryAfter: nil, jitter: 1)
            guard case .pause(let pause) = action else { break }
            pauses.append(pause)
            now += pause
        }
        #expect(pauses == [1, 2, 4, 8, 5].map { .seconds($0) })
        #expect(state.phase == .failed)
    }

    @Test("The budget starts at the first failure, not when the batch was made")
    func budgetStart() {
        var state = sealed(maximumTime: .seconds(10))
        _ = state.start()
        let action = state.attemptFailed(disposition: .retry, now: .seconds(1000), retryAfter: nil, jitter: 1)
        #expect(action == .pause(.seconds(1)))
    }

    @Test("The service's own wish to wait is kept when it is longer")
    func retryAfter() {
        var state = sealed()
        _ = state.start()
        let action = state.attemptFailed(disposition: .retry, now: .zero, retryAfter: .seconds(30), jitter: 0)
        #expect(action == .pause(.seconds(30)))
    }

    @Test("A permanent error ends the batch at once, by the configured behaviour", arguments: [true, false])
    func permanent(stops: Bool) {
        var state = sealed(stopsOnError: stops)
        _ = state.start()
        let action = state.attemptFailed(disposition: .rejected, now: .zero, retryAfter: nil, jitter: 0)
        #expect(action == (stops ? .fail : .drop))
        #expect(state.isFinal)
    }

    @Test("With no time to retry the first failure is the last")
    func noBudget() {
        var state = sealed(stopsOnError: false, maximumTime: .zero)
        _ = state.start()
        #expect(state.attemptFailed(disposition: .retry, now: .zero, retryAfter: nil, jitter: 0) == .drop)
    }

    @Test("An abandoned batch does nothing any more")
    func abandoned() {
        var state = sealed()
        _ = state.start()
        state.abandon()
        #expect(state.uploaded() == .none)
        #expect(state.queued() == .none)
        #expect(state.attemptFailed(disposition: .rejected, now: .zero, retryAfter: nil, jitter: 0) == .none)
        #expect(state.phase == .abandoned)
    }

    @Test("Events out of turn change nothing")
    func outOfTurn() {
        var state = BatchState(policy: RetryPolicy(), stopsOnError: true)
        #expect(state.start() == .none)
        #expect(state.queued() == .none)
        state.seal()
        #expect(state.uploaded() == .none)
        #expect(state.phase == .sealed)
    }
}
