internal import Daemon
package import Logging
internal import Synchronization

/// Keeps a ``ResourceStore`` current: lists and watches for ever, whatever the server does.
///
/// ``WatchMachine`` decides what comes next. A request that hangs is given up after a time that no healthy one takes.
package final class ResourceWatcher: Service {
    /// How long a page of a list may take.
    static let listLimit = Duration.seconds(90)
    /// How long a watch may last: the longest that the server is asked for, and some time for the answer's end.
    static let watchLimit = Duration.seconds(310)

    private struct State {
        var machine = WatchMachine()
        var problem: APIError?
        /// Since when there has been a problem without an end.
        var problemBegin: Duration?
        /// When the list began that was the last to be read in full.
        var lastListBegin: Duration?

        mutating func failed(_ error: APIError, at now: Duration) {
            problem = error
            problemBegin = problemBegin ?? now
        }

        mutating func recovered() {
            problem = nil
            problemBegin = nil
        }
    }

    private let api: any KubernetesAPI
    private let scope: ObjectScope
    private let store: ResourceStore
    private let metrics: WatchMetrics
    private let logger: Logger
    private let clock: KubernetesClock
    private let state = Mutex(State())
    private let renewal = WakeSignal()

    /// Creates a watcher that fills `store`; nothing happens before ``run()``.
    package init(
        api: any KubernetesAPI,
        scope: ObjectScope,
        store: ResourceStore,
        metrics: WatchMetrics,
        logger: Logger,
        clock: KubernetesClock = .system
    ) {
        self.api = api
        self.scope = scope
        self.store = store
        self.metrics = metrics
        self.logger = logger.with("kubernetes.resource", "\(scope.kind)")
        self.clock = clock
    }

    package var name: String { "watch of \(scope)" }

    /// Why the store is not kept current right now, or `nil` when it is.
    package var problem: APIError? { state.withLock { $0.problem } }

    /// Why the store has not been kept current for longer than `time`, or `nil` when it has.
    package func problem(lastingFor time: Duration) -> APIError? {
        let now = clock.now()
        return state.withLock { state in
            guard let begin = state.problemBegin, now - begin > time else { return nil }
            return state.problem
        }
    }

    /// Asks for a full list as soon as one can be read: a watch says what has changed, but not how far behind it is.
    /// - Returns: The moment to ask ``isListed(since:)`` about.
    package func relist() -> Duration {
        let now = clock.now()
        renewal.signal()
        return now
    }

    /// Whether the store holds a full list, or what followed it, that was asked for at this moment or later.
    package func isListed(since time: Duration) -> Bool {
        state.withLock { $0.lastListBegin.map { $0 >= time } ?? false }
    }

    /// Watches until the service is told to stop, or its task is cancelled.
    package func run() async throws {
        let watch = metrics.begin(scope)
        defer { metrics.end(watch) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gracefulShutdown() }
            group.addTask { try await self.follow(watch) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func follow(_ watch: WatchMetrics.Watch) async throws {
        var listed: [KubernetesObject] = []
        var begin = clock.now()
        var action = WatchMachine.start
        while true {
            try Task.checkCancellation()
            metrics.step(watch, isHeard: false)
            switch action {
            case .list(let token):
                if token == nil {
                    listed = []
                    begin = clock.now()
                }
                action = try await list(token, since: begin, watch, &listed)
            case .watch(let version): action = try await follow(from: version, watch)
            case .wait(let duration, let next):
                try await clock.sleep(duration)
                action = state.withLock { $0.machine.waited(for: next, at: clock.now()) }
            }
        }
    }

    /// Reads a page, and keeps the list when it is the last.
    private func list(
        _ token: String?,
        since begin: Duration,
        _ watch: WatchMetrics.Watch,
        _ listed: inout [KubernetesObject]
    ) async throws -> WatchMachine.Action {
        let error: APIError
        do {
            let page = try await clock.limit(Self.listLimit) { [api, scope] in
                try await api.list(scope, continuing: token)
            }
            if let page {
                metrics.step(watch, isHeard: true)
                listed += page.objects.map(store.normalized)
                if page.continuation == nil {
                    store.replace(with: listed)
                    logger.debug("objects listed", ["kubernetes.objects": listed.count])
                    listed = []
                }
                return state.withLock { state in
                    if page.continuation == nil {
                        state.recovered()
                        state.lastListBegin = begin
                    }
                    return state.machine.listed(page, at: clock.now())
                }
            }
            error = APIError(.unreachable, "the list of \(scope) took longer than \(Self.listLimit)")
        } catch let failure as APIError {
            try Task.checkCancellation()
            error = failure
        }
        listed = []
        // The kind was taken out of the cluster, and all objects with it.
        if error.code == .notFound, store.isSynced { store.replace(with: []) }
        let (action, reason) = state.withLock { state in
            state.failed(error, at: clock.now())
            return state.machine.listFailed(error, at: clock.now(), chance: clock.random())
        }
        tell("list failed", error, reason, action, watch)
        return action
    }

    /// Follows changes until the watch ends.
    private func follow(from version: String, _ watch: WatchMetrics.Watch) async throws -> WatchMachine.Action {
        var end = WatchMachine.End.clean
        do {
            let isOver = try await clock.limit(Self.watchLimit) { try await self.watchOrRenew(from: version, watch) }
            if isOver == false {
                logger.debug("objects are listed anew because somebody asked for it")
                return state.withLock { $0.machine.renewed() }
            }
            if isOver == nil { end = .stalled }
        } catch let failure as APIError {
            try Task.checkCancellation()
            end = .failed(failure)
        }
        let (action, reason) = state.withLock { state in
            if case .failed(let error) = end { state.failed(error, at: clock.now()) }
            if end == .clean { state.recovered() }
            return state.machine.watchEnded(end, at: clock.now(), chance: clock.random())
        }
        if case .failed(let error) = end {
            tell("watch failed", error, reason, action, watch)
        } else {
            logger.debug("watch ended", ["kubernetes.reason": reason.rawValue])
            metrics.restarted(watch, reason)
        }
        return action
    }

    /// Watches until the server ends it, or until a new list is wanted.
    /// - Returns: Whether it was the server.
    private func watchOrRenew(from version: String, _ watch: WatchMetrics.Watch) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { [api, scope] in
                try await api.watch(scope, from: version) { event throws(APIError) in try self.take(event, watch) }
                return true
            }
            group.addTask { [renewal] in
                await renewal.wait()
                // Whoever cancels this has the watch's own end already.
                return Task.isCancelled
            }
            defer { group.cancelAll() }
            return try await group.next() ?? true
        }
    }

    private func take(_ event: WatchEvent, _ watch: WatchMetrics.Watch) throws(APIError) {
        metrics.step(watch, isHeard: true)
        switch event {
        case .added(let object), .modified(let object):
            store.put(object)
            received(object.resourceVersion)
        case .deleted(let object):
            store.remove(object)
            received(object.resourceVersion)
        case .bookmark(let version): received(version)
        case .failed(let error): throw error
        }
    }

    private func received(_ version: String) {
        state.withLock { state in
            state.machine.received(version: version)
            state.recovered()
        }
    }

    private func tell(
        _ what: String,
        _ error: APIError,
        _ reason: WatchMachine.Reason,
        _ action: WatchMachine.Action,
        _ watch: WatchMetrics.Watch
    ) {
        metrics.restarted(watch, reason)
        var data: LogData = ["error": error.message, "kubernetes.reason": reason.rawValue]
        if case .wait(let duration, _) = action { data["retry.after_ms"] = Int(duration / .milliseconds(1)) }
        logger.log(reason == .refused ? .warning : .info, what, data)
    }
}
