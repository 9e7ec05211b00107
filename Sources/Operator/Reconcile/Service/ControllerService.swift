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
    /// How often it is looked whether what the caches hold is current.
    private static let checkPace = Duration.seconds(5)
    /// How long a new leader waits for lists that show what the one before has written.
    private static let relistLimit = Duration.seconds(30)
    /// How long a look at a sink may go on, which is cancelled after a minute, before the process is to start anew.
    private static let hopelessTime = Duration.seconds(900)
    /// How long a sink whose namespace was not listed yet is left alone.
    private static let unsyncedPause = Duration.seconds(10)

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
        /// Is told why the caches are current for no namespace, or with `nil` that they are for at least one.
        var onCaches: @Sendable (_ problem: String?) -> Void
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
        ) { [reconciler = parts.reconciler, cluster = parts.cluster] key in
            // Where not everything was listed, what is there looks as if it were not.
            guard cluster.isSynced(in: key.namespace) else { return .waiting(lookAgain: Self.unsyncedPause) }
            return await reconciler.reconcile(key)
        }
        parts.cluster.wake(parts.reconciler) { [queue] key in queue.add(key) }
    }

    /// Whether no look at a sink has been going on for longer than any that still makes sense: one that neither ends nor
    /// can be cancelled holds its sink until the process is started anew.
    var isWell: Bool { queue.longestWork < Self.hopelessTime }

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
        logger.info("caches are filled", ["sinks": parts.cluster.sinks.count])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.checkCaches() }
            group.addTask { try await self.lead(shutdown) }
            // The check ends only by being cancelled, so the first end is that of the work.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Waits until this process leads, and looks at sinks from then on.
    private func lead(_ shutdown: GracefulShutdown) async throws {
        while !shutdown.isTriggered, !parts.isLeader() { try await clock.sleep(Self.pace) }
        // The leader before may have written what a watch has not brought yet; only a list is sure to have it.
        let isListed = parts.cluster.relist()
        let deadline = clock.now() + Self.relistLimit
        while !shutdown.isTriggered, !isListed(), clock.now() < deadline { try await clock.sleep(Self.pace) }
        guard !shutdown.isTriggered else { return }
        if !isListed() { logger.warning("not everything could be listed anew; sinks are reconciled all the same") }
        for key in parts.cluster.sinks { queue.add(key) }
        logger.info("sinks are reconciled", ["workers": parts.workers])
        await controller.run()
        logger.info("no sink is reconciled any more")
    }

    /// Tells when what the caches hold is out of date, or current again, and has every sink that it is about looked at.
    private func checkCaches() async throws {
        var told: [String: String]?
        while true {
            let troubles = parts.cluster.troubles
            if troubles != told {
                let parts = troubles.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                let text = parts.isEmpty ? nil : "are not current for \(parts.joined(separator: "; "))"
                if let text {
                    logger.warning("caches \(text)")
                } else if told != nil {
                    logger.info("caches are current again")
                }
                // A namespace that we are not let into is a matter of its sinks, which say so; the others go on.
                self.parts.onCaches(self.parts.cluster.isCurrentSomewhere ? nil : text)
                if told != nil { for key in self.parts.cluster.sinks { queue.add(key) } }
                told = troubles
            }
            try await clock.sleep(Self.checkPace)
        }
    }

    /// Waits until every cache was filled once; of several namespaces, for those that fail no longer than for the limit.
    /// - Throws: `ExitError` with `unavailable` when the server refuses what all of them need, and does so for long.
    private func fillCaches(_ shutdown: GracefulShutdown) async throws {
        let start = clock.now()
        while !shutdown.isTriggered, !parts.cluster.unsynced.isEmpty {
            let isLate = clock.now() - start > StartupCheck.limit
            // A namespace that we are not let into must not keep the others waiting.
            if isLate, parts.cluster.isSyncedSomewhere { return }
            if isLate, let problem = parts.cluster.problem {
                let kinds = parts.cluster.unsynced.joined(separator: ", ")
                throw ExitError(.unavailable, "the operator cannot read \(kinds): \(problem.message)")
            }
            try await clock.sleep(Self.pace)
        }
    }
}
