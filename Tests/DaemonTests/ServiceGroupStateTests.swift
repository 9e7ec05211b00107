import Testing

@testable import Daemon

@Suite("The state of a service group")
struct ServiceGroupStateTests {
    typealias Behavior = ServiceGroupConfiguration.TerminationBehavior
    typealias Action = ServiceGroupState.Action

    private func state(_ success: [Behavior], failure: Behavior = .cancelGroup) -> ServiceGroupState {
        ServiceGroupState(success.map { ($0, failure) })
    }

    @Test("stops services one by one, the last first")
    func reverseOrder() {
        var state = state([.cancelGroup, .cancelGroup, .cancelGroup])
        #expect(state.signalled() == [.startShutdownDeadline, .shutDown(2)])
        #expect(state.serviceEnded(2, failed: false) == [.shutDown(1)])
        #expect(state.serviceEnded(0, failed: false) == [])
        #expect(state.serviceEnded(1, failed: false) == [.finish])
        #expect(state.phase == .finished)
    }

    @Test("passes over a service that has already ended")
    func passesOver() {
        var state = state([.ignore, .ignore, .ignore])
        #expect(state.serviceEnded(1, failed: false) == [])
        #expect(state.shutdownRequested() == [.startShutdownDeadline, .shutDown(2)])
        #expect(state.shutdownRequested() == [])
        #expect(state.serviceEnded(2, failed: false) == [.shutDown(0)])
    }

    @Test("cancels at the second signal and ignores the third")
    func signals() {
        var state = state([.cancelGroup, .cancelGroup])
        _ = state.signalled()
        #expect(state.signalled() == [.cancelAll, .startCancellationDeadline])
        #expect(state.signalled() == [])
        #expect(state.shutdownDeadlinePassed() == [])
        #expect(state.cancellationDeadlinePassed() == [.giveUp])
    }

    @Test("cancels when the shutdown takes too long")
    func deadline() {
        var state = state([.cancelGroup, .cancelGroup])
        #expect(state.shutdownDeadlinePassed() == [])
        _ = state.signalled()
        #expect(state.shutdownDeadlinePassed() == [.cancelAll, .startCancellationDeadline])
        #expect(state.serviceEnded(0, failed: true) == [])
        #expect(state.serviceEnded(1, failed: true) == [.finish])
        #expect(state.cancellationDeadlinePassed() == [])
    }

    @Test(
        "does at the end of a service what is configured",
        arguments: [
            (Behavior.cancelGroup, [Action.cancelAll, .startCancellationDeadline]),
            (.gracefullyShutdownGroup, [.startShutdownDeadline, .shutDown(1)]),
            (.ignore, []),
        ]
    )
    func ends(behavior: Behavior, actions: [Action]) {
        var succeeding = state([behavior, .cancelGroup])
        #expect(succeeding.isUnexpected(0) == (behavior == .cancelGroup))
        #expect(succeeding.serviceEnded(0, failed: false) == actions)
        var failing = state([.ignore, .ignore], failure: behavior)
        #expect(failing.serviceEnded(0, failed: true) == actions)
    }

    @Test("cancels when a service fails while shutting down")
    func failureWhileShuttingDown() {
        var state = state([.ignore, .ignore, .ignore])
        _ = state.signalled()
        #expect(state.serviceEnded(2, failed: true) == [.cancelAll, .startCancellationDeadline])
    }

    @Test("cancels with its caller, once")
    func cancelled() {
        var state = state([.ignore])
        #expect(state.cancelled() == [.cancelAll, .startCancellationDeadline])
        #expect(state.cancelled() == [])
    }

    @Test("of nothing is finished")
    func empty() { #expect(state([]).phase == .finished) }
}
