// running ──end of a service (cancelGroup), cancellation──────────────────────> cancelling ──last end──> finished
//    └──signal, end of a service (gracefullyShutdownGroup)──> shuttingDown ─────────┘ deadline, second signal
//
// While shutting down, exactly one service has been asked last; the one before it in the list is asked when that one
// has ended. Services that ended earlier are passed over.

/// Decides what a group of services does next; it performs nothing itself.
struct ServiceGroupState {
    typealias Behavior = ServiceGroupConfiguration.TerminationBehavior

    enum Phase: Equatable {
        case running
        /// Services stop one after the other; `asked` is the one that was asked last.
        case shuttingDown(asked: Int)
        case cancelling
        case finished
    }

    enum Action: Equatable {
        /// Tell this service to stop.
        case shutDown(Int)
        /// Cancel all services when the graceful shutdown has taken too long.
        case startShutdownDeadline
        case cancelAll
        /// Give up when the services ignore the cancellation for too long.
        case startCancellationDeadline
        case giveUp
        case finish
    }

    private(set) var phase = Phase.running
    private(set) var running: Set<Int>
    private let behaviors: [(success: Behavior, failure: Behavior)]

    init(_ behaviors: [(success: Behavior, failure: Behavior)]) {
        self.behaviors = behaviors
        running = Set(behaviors.indices)
        if running.isEmpty { phase = .finished }
    }

    /// Whether a service that returns now does so without having been asked.
    func isUnexpected(_ index: Int) -> Bool {
        guard phase == .running else { return false }
        return behaviors[index].success == .cancelGroup
    }

    mutating func serviceEnded(_ index: Int, failed: Bool) -> [Action] {
        running.remove(index)
        guard !running.isEmpty else {
            phase = .finished
            return [.finish]
        }
        switch phase {
        case .running:
            switch failed ? behaviors[index].failure : behaviors[index].success {
            case .ignore: return []
            case .cancelGroup: return cancel()
            case .gracefullyShutdownGroup: return shutDown()
            }
        case .shuttingDown(let asked):
            if failed, behaviors[index].failure == .cancelGroup { return cancel() }
            return index == asked ? shutDownNext() : []
        case .cancelling, .finished:
            return []
        }
    }

    mutating func signalled() -> [Action] {
        switch phase {
        case .running: shutDown()
        case .shuttingDown: cancel()
        case .cancelling, .finished: []
        }
    }

    mutating func shutdownRequested() -> [Action] { phase == .running ? shutDown() : [] }

    mutating func cancelled() -> [Action] {
        switch phase {
        case .running, .shuttingDown: cancel()
        case .cancelling, .finished: []
        }
    }

    mutating func shutdownDeadlinePassed() -> [Action] {
        guard case .shuttingDown = phase else { return [] }
        return cancel()
    }

    mutating func cancellationDeadlinePassed() -> [Action] { phase == .cancelling ? [.giveUp] : [] }

    private mutating func shutDown() -> [Action] { [.startShutdownDeadline] + shutDownNext() }

    private mutating func shutDownNext() -> [Action] {
        guard let next = running.max() else { return [] }
        phase = .shuttingDown(asked: next)
        return [.shutDown(next)]
    }

    private mutating func cancel() -> [Action] {
        phase = .cancelling
        return [.cancelAll, .startCancellationDeadline]
    }
}
