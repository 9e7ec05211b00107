internal import Daemon
internal import JSON
package import Logging
package import Metrics
internal import Synchronization

/// Takes part in the election of the one process that may write, by a Lease.
///
/// It belongs before everything that writes in its ``ServiceGroup``: what starts first is stopped last, so the lease is
/// given back when the writers have ended. Its API should have connections of its own, so that nothing else that is
/// stuck costs the lease.
///
/// Ask ``mayWrite`` right before each write. It does not depend on this service's loop: a process that was stopped for a
/// minute finds it `false` at once, whatever it did last.
package final class LeaderElector: Service {
    /// A change of what this process is.
    package enum Change: Sendable, Hashable {
        /// It leads.
        case acquired
        /// It leads no longer, and must write nothing any more.
        case lost
        /// It has given the lease back.
        case released
    }

    private struct State {
        var machine: ElectionMachine
        var observers: [@Sendable (Change) -> Void] = []
        var problem: String?
        var reportedHolder: String?
    }

    private let api: any KubernetesAPI
    private let lease: ObjectReference
    private let identity: String
    private let timing: LeaseTiming
    private let clock: KubernetesClock
    private let logger: Logger
    private let master: Gauge
    private let slowPath: Counter
    private let state: Mutex<State>

    /// Creates a candidate; nothing happens before ``run()``.
    /// - Parameters:
    ///   - api: An API with connections of its own.
    ///   - lease: The Lease; it is created when there is none.
    ///   - identity: What no other process has, such as the pod's name and a UUID.
    package init(
        api: any KubernetesAPI,
        lease: ObjectReference,
        identity: String,
        timing: LeaseTiming = LeaseTiming(),
        registry: MetricsRegistry,
        clock: KubernetesClock = .system,
        logger: Logger
    ) {
        self.api = api
        self.lease = lease
        self.identity = identity
        self.timing = timing
        self.clock = clock
        self.logger = logger.with("lease.name", lease.name).with("lease.identity", identity)
        master = registry.gauge(
            "leader_election_master_status",
            help: "Whether this process leads: 1, or 0.",
            labels: ["name": lease.name]
        )
        slowPath = registry.counter(
            "leader_election_slowpath_total",
            help: "Renewals for which the Lease had to be read first.",
            labels: ["name": lease.name]
        )
        state = Mutex(State(machine: ElectionMachine(identity: identity, timing: timing)))
    }

    package var name: String { "leader election" }

    /// Whether this process leads, as far as its loop knows; for probes and reports, not for writing.
    package var isLeader: Bool { state.withLock { $0.machine.role == .leading } }

    /// Whether this process may write at this very moment.
    package var mayWrite: Bool {
        let now = clock.now()
        return state.withLock { $0.machine.mayWrite(at: now) }
    }

    /// Lets a write through while this process may write, and gives it until the lease is over.
    package var fence: WriteFence {
        WriteFence { [self] in
            let now = clock.now()
            return state.withLock { $0.machine.writeLimit(at: now) }
        }
    }

    /// Who leads, as far as is known; `nil` when nobody does.
    package var leader: String? { state.withLock { $0.machine.holder } }

    /// Whether the process takes itself for the leader although its lease is over: its loop hangs.
    ///
    /// For the liveness of the process.
    package var isStuck: Bool {
        let now = clock.now()
        return state.withLock { state in
            guard state.machine.role == .leading, let renewed = state.machine.lastRenew else { return false }
            return now > renewed + timing.leaseDuration
        }
    }

    /// Calls `observer` for every change from now on; it must be quick.
    package func onChange(_ observer: @escaping @Sendable (Change) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Becomes the leader when it can, and stays it; gives the lease back when the service is told to stop.
    /// - Throws: ``LeaderElectionError`` when the lease is lost; the process must end then.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gracefulShutdown() }
            group.addTask { try await self.elect() }
            defer { group.cancelAll() }
            try await group.next()
        }
        await release()
    }

    /// Gives the lease back, so that another need not wait for its end; ``mayWrite`` is `false` before that is tried.
    ///
    /// To be called when all that writes has ended; ``run()`` does it when it is told to stop. A failure is logged: the
    /// lease ends by itself then.
    package func release() async {
        let now = clock.now()
        let (given, role) = state.withLock { state in
            let before = state.machine.role
            return (state.machine.release(at: now, time: timestamp), before)
        }
        guard role == .leading else { return }
        tell(.released)
        guard let (object, record) = given else { return }
        do {
            _ = try await clock.limit(requestLimit) { try await self.write(record, into: object) }
            logger.info("lease given back")
        } catch {
            logger.warning("lease not given back, the others wait for its end", ["error": "\(error)"])
        }
    }

    /// Writes the record with which the lease is given back, once more when the Lease has changed and is still ours: by
    /// a renewal that the end of the loop cut off, or by somebody who put a label on it.
    private func write(_ record: LeaseRecord, into object: KubernetesObject) async throws(APIError) {
        do throws(APIError) {
            _ = try await api.replace(record.written(into: object))
        } catch {
            guard error.code == .conflict, let current = try await api.get(lease),
                LeaseRecord(current).holder == identity
            else { throw error }
            _ = try await api.replace(record.written(into: current))
        }
    }

    // MARK: The loop

    private func elect() async throws {
        while true {
            try Task.checkCancellation()
            let wasLeading = isLeader
            await attempt()
            try checkDeadline()
            if isLeader, !wasLeading {
                logger.info("this process leads")
                tell(.acquired)
            }
            try await pause()
        }
    }

    /// Waits for the next attempt; a leader no longer than it may lead.
    private func pause() async throws {
        let now = clock.now()
        // Followers that started together must not keep asking together.
        guard let left = state.withLock({ $0.machine.timeLeft(at: now) }) else {
            return try await clock.sleep(timing.retryPeriod * (1 + 1.2 * clock.random()))
        }
        try await clock.sleep(min(timing.retryPeriod, left))
        try checkDeadline()
    }

    private func checkDeadline() throws {
        let now = clock.now()
        let (isLost, holder, problem) = state.withLock { state in
            state.machine.expire(at: now)
            return (state.machine.role == .lost, state.machine.holder, state.problem)
        }
        guard isLost else { return }
        tell(.lost)
        let lease = "the lease \(lease.namespace)/\(lease.name)"
        if let holder, holder != identity {
            throw LeaderElectionError(.lost, "\(lease) is held by another process, \(holder)")
        }
        let why = problem.map { ": \($0)" } ?? "; the process was stopped or had no processor time"
        throw LeaderElectionError(.lost, "\(lease) was not renewed within \(timing.renewDeadline)\(why)")
    }

    /// Tries once to get or keep the lease.
    private func attempt() async {
        do {
            var action = state.withLock { $0.machine.attempt(at: clock.now(), time: timestamp) }
            if case .replace = action {
                if try await perform(action) == nil { return succeeded() }
                action = .get
            }
            if isLeader { slowPath.increment() }
            guard try await perform(action) == nil else { return }
            succeeded()
        } catch {
            failed(error)
        }
    }

    /// Performs a request and what follows from its answer.
    /// - Returns: `nil` when the lease is ours now, else why it is not.
    private func perform(_ action: ElectionMachine.Action) async throws -> APIError? {
        let sent = clock.now()
        var written: KubernetesObject
        do {
            switch action {
            case .giveUp:
                reportHolder()
                return APIError(.conflict, "another process leads")
            case .get:
                let object = try await limited { [api, lease] in try await api.get(lease) }
                let next = state.withLock { $0.machine.read(object, at: clock.now(), time: timestamp) }
                return try await perform(next)
            case .create(let record):
                let bare = KubernetesObject([
                    "apiVersion": .string(lease.kind.apiVersion), "kind": .string(lease.kind.kind),
                    "metadata": ["name": .string(lease.name), "namespace": .string(lease.namespace)],
                ])
                written = try await limited { [api] in try await api.create(record.written(into: bare)) }
            case .replace(let object, let record):
                written = try await limited { [api] in try await api.replace(record.written(into: object)) }
            }
        } catch let error as APIError where error.code == .conflict || error.code == .alreadyExists {
            // Somebody was faster, or the object has changed: it is read anew.
            return error
        }
        state.withLock { $0.machine.written(written, sent: sent, at: clock.now()) }
        return nil
    }

    private func limited<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let now = clock.now()
        let left = state.withLock { $0.machine.timeLeft(at: now) }
        guard let result = try await clock.limit(min(requestLimit, left ?? requestLimit), body) else {
            throw APIError(.unreachable, "the API server did not answer about \(lease) in time")
        }
        return result
    }

    /// Two requests must fit into the time in which the lease has to be renewed.
    private var requestLimit: Duration { max(.seconds(1), timing.renewDeadline / 2) }

    private var timestamp: String { Timestamp.micro(unixMicroseconds: clock.unixMicroseconds()) }

    private func succeeded() {
        let hadProblem = state.withLock { state in
            defer { state.problem = nil }
            return state.problem != nil
        }
        if hadProblem { logger.info("the lease answers again") }
    }

    private func failed(_ error: any Error) {
        guard !Task.isCancelled else { return }
        let text = "\(error)"
        let isNew = state.withLock { state in
            defer { state.problem = text }
            return state.problem != text
        }
        if isNew { logger.warning("lease not available", ["error": text]) }
    }

    private func reportHolder() {
        let holder = state.withLock { state -> String? in
            guard state.reportedHolder != state.machine.holder else { return nil }
            state.reportedHolder = state.machine.holder
            return state.reportedHolder
        }
        if let holder { logger.info("another process leads", ["lease.holder": holder]) }
    }

    private func tell(_ change: Change) {
        master.set(change == .acquired ? 1 : 0)
        for observer in state.withLock({ $0.observers }) { observer(change) }
    }
}
