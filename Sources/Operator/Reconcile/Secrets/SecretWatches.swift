internal import Daemon
internal import Kubernetes
internal import Logging
internal import Synchronization

/// Watches the Secrets that sinks name, or polls them, as ``SecretWatchPlan`` says; holds digests, never values.
final class SecretWatches: Service {
    /// One watch that runs.
    private struct Watch {
        let store: ResourceStore
        let watcher: ResourceWatcher
        let stop: WakeSignal
    }

    private struct State {
        var plan: SecretWatchPlan
        var used: [SinkKey: Set<String>] = [:]
        var users: [SecretName: Set<SinkKey>] = [:]
        var watches: [SecretWatchPlan.Scope: Watch] = [:]
        var wake: @Sendable (SinkKey) -> Void = { _ in }
    }

    private let api: any KubernetesAPI
    private let metrics: WatchMetrics
    private let clock: KubernetesClock
    private let logger: Logger
    private let access: SecretAccess
    private let poll: SecretPoll
    private let state: Mutex<State>
    private let changed = WakeSignal()

    /// Creates watches that do nothing before ``run()``.
    /// - Parameters:
    ///   - namespaces: The namespaces whose sinks are looked after; empty for all of them.
    ///   - access: Whether a watch may show others than the Secrets that sinks name.
    init(
        api: any KubernetesAPI,
        namespaces: [String],
        access: SecretAccess,
        metrics: WatchMetrics,
        clock: KubernetesClock,
        logger: Logger
    ) {
        self.api = api
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
        self.access = access
        poll = SecretPoll(api: api, clock: clock)
        let plan: SecretWatchPlan.Access =
            access == .byName ? .byName : .widening(isForWholeCluster: namespaces.isEmpty)
        state = Mutex(State(plan: SecretWatchPlan(plan)))
        poll.onChange { [weak self] name in self?.wakeUsers(name.namespace, name.name) }
    }

    var name: String { "watches of secrets" }

    /// Calls `wake` for each sink that names a Secret that has changed.
    func wake(_ wake: @escaping @Sendable (SinkKey) -> Void) { state.withLock { $0.wake = wake } }

    /// Says which Secrets a sink names.
    func follow(_ names: Set<String>, for key: SinkKey) {
        let isNew = state.withLock { state in
            let before = state.used[key] ?? []
            guard before != names else { return false }
            for name in before.subtracting(names) {
                let place = SecretName(namespace: key.namespace, name: name)
                state.users[place]?.remove(key)
                if state.users[place]?.isEmpty == true { state.users[place] = nil }
            }
            for name in names { state.users[SecretName(namespace: key.namespace, name: name), default: []].insert(key) }
            state.used[key] = names.isEmpty ? nil : names
            return true
        }
        if isNew { changed.signal() }
    }

    /// What is known of a Secret; an error says what to do when a right is missing.
    func knowledge(namespace: String, name: String) -> SecretKnowledge {
        let secret = SecretName(namespace: namespace, name: name)
        let knowledge = poll.knowledge(secret) ?? watched(secret)
        guard case .unreadable(let error) = knowledge else { return knowledge }
        return .unreadable(access.explained(error, secret))
    }

    private func watched(_ name: SecretName) -> SecretKnowledge {
        let watch = state.withLock { state in
            state.watches[.secret(namespace: name.namespace, name: name.name)]
                ?? state.watches[.namespace(name.namespace)]
                ?? state.watches[.cluster]
        }
        guard let watch else { return .unknown }
        guard watch.store.isSynced else { return watch.watcher.problem.map { .unreadable($0) } ?? .unknown }
        if let problem = watch.watcher.problem(lastingFor: WatchedCluster.patience) { return .unreadable(problem) }
        let secret = watch.store.get(namespace: name.namespace, name: name.name)
        return secret.map { .present(SecretDigests.keys(of: $0)) } ?? .absent
    }

    /// Watches until the service is told to stop.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gracefulShutdown() }
            group.addTask { await self.watch() }
            group.addTask { await self.poll.run() }
            group.addTask { try await self.announceTroubles() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func watch() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for (scope, watch) in arrange() {
                    group.addTask { await self.run(watch) }
                    group.addTask { await self.announce(scope, watch) }
                }
                await changed.wait()
            }
            // Watches end with the group's cancellation.
        }
    }

    /// Makes the watches be those of the plan.
    /// - Returns: Those that have to be started.
    private func arrange() -> [(SecretWatchPlan.Scope, Watch)] {
        let (new, old, polled) = state.withLock { state in
            var needed: [String: Set<String>] = [:]
            for name in state.users.keys { needed[name.namespace, default: []].insert(name.name) }
            let arrangement = state.plan.arrange(needed)
            let wanted = arrangement.watched
            var new: [(SecretWatchPlan.Scope, Watch)] = []
            for scope in wanted where state.watches[scope] == nil {
                let watch = makeWatch(scope)
                state.watches[scope] = watch
                new.append((scope, watch))
            }
            let old = state.watches.filter { !wanted.contains($0.key) }
            for scope in old.keys { state.watches[scope] = nil }
            return (new, old.values.map(\.stop), arrangement.polled)
        }
        for stop in old { stop.signal() }
        poll.poll(polled)
        return new
    }

    private func makeWatch(_ scope: SecretWatchPlan.Scope) -> Watch {
        let store = ResourceStore(kind: .secret) { SecretDigests.reduced($0) }
        let objects =
            switch scope {
            case .secret(let namespace, let name):
                ObjectScope(.secret, namespace: namespace, fieldSelector: "metadata.name=\(name)")
            case .namespace(let namespace): ObjectScope(.secret, namespace: namespace)
            case .cluster: ObjectScope(.secret)
            }
        store.onChange { [weak self] reference, _ in self?.wakeUsers(reference.namespace, reference.name) }
        let watcher = ResourceWatcher(
            api: api,
            scope: objects,
            store: store,
            metrics: metrics,
            logger: logger,
            clock: clock
        )
        return Watch(store: store, watcher: watcher, stop: WakeSignal())
    }

    private func run(_ watch: Watch) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await watch.watcher.run() }
            group.addTask { await watch.stop.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Wakes the users of what a first list did not show: that it is not there is news too.
    private func announce(_ scope: SecretWatchPlan.Scope, _ watch: Watch) async {
        while !Task.isCancelled, isCurrent(scope, watch) {
            guard await watch.store.awaitSync(within: .seconds(30), clock: clock) else { continue }
            wakeUsers(of: scope)
            return
        }
    }

    /// Wakes the users of what has been out of date for too long, and of what is current again.
    private func announceTroubles() async throws {
        var troubled: Set<SecretWatchPlan.Scope> = []
        while true {
            try await clock.sleep(.seconds(5))
            let watches = state.withLock { $0.watches }
            let now = Set(watches.filter { $0.value.watcher.problem(lastingFor: WatchedCluster.patience) != nil }.keys)
            for scope in now.symmetricDifference(troubled) { wakeUsers(of: scope) }
            troubled = now
        }
    }

    private func wakeUsers(of scope: SecretWatchPlan.Scope) {
        let names = state.withLock { state in
            state.users.keys.filter { name in
                switch scope {
                case .secret(let namespace, let one): name.namespace == namespace && name.name == one
                case .namespace(let namespace): name.namespace == namespace
                case .cluster: true
                }
            }
        }
        for name in names { wakeUsers(name.namespace, name.name) }
    }

    private func isCurrent(_ scope: SecretWatchPlan.Scope, _ watch: Watch) -> Bool {
        state.withLock { $0.watches[scope]?.watcher === watch.watcher }
    }

    private func wakeUsers(_ namespace: String, _ name: String) {
        let (keys, wake) = state.withLock { ($0.users[SecretName(namespace: namespace, name: name)] ?? [], $0.wake) }
        for key in keys { wake(key) }
    }
}
