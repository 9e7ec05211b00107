internal import Daemon
internal import Kubernetes
internal import Logging
internal import Metrics
internal import Synchronization

/// Looks at sinks for as long as this process leads.
///
/// A process that does not lead keeps its caches current and waits; when it comes to lead, it looks at every sink. Told to
/// stop, it takes no more keys and ends what it has begun; the lease is given back only then.
final class ControllerService: Service {
    /// How often it is looked whether the process leads.
    private static let pace = Duration.milliseconds(200)

    /// What the service is about.
    struct Parts: Sendable {
        /// The cluster as watches bring it.
        var cluster: WatchedCluster
        /// Looks at one sink.
        var reconciler: SinkReconciler
        /// How many sinks are looked at at a time.
        var workers: Int
        /// Whether this process leads.
        var isLeader: @Sendable () -> Bool
        /// Says whether the server lets us in; throws the reason when it does not.
        var knock: @Sendable () async throws(APIError) -> Void
        /// Is told when the caches are filled.
        var onSync: @Sendable () -> Void
    }

    let name = "controller"
    private let parts: Parts
    private let queue: WorkQueue<SinkKey>
    private let controller: Controller<SinkKey>
    private let clock: KubernetesClock
    private let logger: Logger

    /// Creates a controller; the watches wake sinks from now on.
    init(_ parts: Parts, registry: MetricsRegistry, clock: KubernetesClock, logger: Logger) {
        self.parts = parts
        self.clock = clock
        self.logger = logger
        queue = WorkQueue(limit: parts.workers, registry: registry, controller: "kustosink", clock: clock)
        controller = Controller(
            name: "kustosink",
            queue: queue,
            workers: parts.workers,
            clock: clock,
            registry: registry,
            logger: logger
        ) { [reconciler = parts.reconciler] key in await reconciler.reconcile(key) }
        parts.cluster.wake(parts.reconciler) { [queue] key in queue.add(key) }
    }

    /// Asks for a look at a sink.
    func look(at key: SinkKey) { queue.add(key) }

    func run() async throws {
        let shutdown = GracefulShutdown.current ?? GracefulShutdown()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.work(shutdown) }
            group.addTask {
                try await shutdown.wait()
                self.queue.close()
            }
            // The work ends by itself after the queue is closed; what fails ends the process.
            try await group.next()
            try await group.next()
        }
    }

    private func work(_ shutdown: GracefulShutdown) async throws {
        try await StartupCheck(clock: clock, logger: logger, knock: parts.knock).run(shutdown)
        try await fillCaches(shutdown)
        guard !shutdown.isTriggered else { return }
        parts.onSync()
        logger.info("caches are filled", ["sinks": "\(parts.cluster.sinks.count)"])
        while !shutdown.isTriggered, !parts.isLeader() { try await clock.sleep(Self.pace) }
        guard !shutdown.isTriggered else { return }
        for key in parts.cluster.sinks { queue.add(key) }
        logger.info("sinks are reconciled", ["workers": "\(parts.workers)"])
        await controller.run()
        logger.info("no sink is reconciled any more")
    }

    /// Waits until every cache was filled once.
    /// - Throws: `ExitError` with `unavailable` when the server refuses what a cache needs, and does so for long.
    private func fillCaches(_ shutdown: GracefulShutdown) async throws {
        let start = clock.now()
        while !shutdown.isTriggered, !parts.cluster.unsynced.isEmpty {
            if clock.now() - start > StartupCheck.limit, let problem = parts.cluster.problem {
                let kinds = parts.cluster.unsynced.joined(separator: ", ")
                throw ExitError(.unavailable, "the operator cannot read \(kinds): \(problem.message)")
            }
            try await clock.sleep(Self.pace)
        }
    }
}
