internal import Daemon
package import Logging
package import Metrics
package import SinkConfiguration

/// A whole worker: its clients, the check that all is there, and the pipeline.
package struct SinkWorker: Service {
    package let name = "sink"
    private let settings: SinkSettings
    private let registry: MetricsRegistry
    private let observer: any PipelineObserver
    private let clock: SinkClock
    private let logger: Logger

    /// Creates a worker that has not opened anything.
    /// - Parameters:
    ///   - settings: What the user wants.
    ///   - registry: Takes the metrics.
    ///   - observer: Is told about health.
    ///   - clock: The time.
    ///   - logger: Takes the worker's lines.
    package init(
        settings: SinkSettings,
        registry: MetricsRegistry,
        observer: any PipelineObserver,
        clock: SinkClock = .system,
        logger: Logger
    ) {
        self.settings = settings
        self.registry = registry
        self.observer = observer
        self.clock = clock
        self.logger = logger
    }

    /// Checks what the sink needs, then consumes and ingests until the service is shut down.
    /// - Throws: `ExitError` with the code that the process ends with.
    package func run() async throws {
        let parts = WorkerParts(settings, registry, observer, logger)
        do {
            try await consume(parts)
        } catch {
            await parts.close()
            throw (error as? SinkFailure)?.exitError ?? error
        }
        await parts.close()
    }

    /// Returns what would keep the worker from starting, after asking Kafka and ADX, and without consuming anything.
    ///
    /// Kafka is left out while the settings ask for security that is not supported yet.
    package func check() async -> [StartupProblem] {
        let parts = WorkerParts(settings, registry, observer, logger)
        let problems = await startup(parts, createsTopics: false).run(stop: StopSignal())
        await parts.close()
        return parts.problems + problems
    }

    private func consume(_ parts: WorkerParts) async throws {
        let stop = StopSignal()
        let asked = await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await startup(parts, createsTopics: true).run(stop: stop)
            } onCancel: {
                stop.request()
            }
        } onGracefulShutdown: {
            stop.request()
        }
        try Task.checkCancellation()
        // A worker that is told to stop while a service does not answer has not failed.
        let problems = parts.problems + (stop.isRequested ? [] : asked)
        for problem in problems { logger.error("cannot start", ["problem": problem.message]) }
        if let error = problems.exitError { throw error }
        // Without problems all parts are there.
        guard !stop.isRequested, let buffers = parts.buffers, let destination = parts.destination else { return }
        if let warning = MemoryCheck.warning(for: settings) { logger.warning("memory", ["warning": warning]) }
        logger.info(
            "sink starts",
            [
                "sink.name": settings.name, "sink.tasks": String(settings.tasksMax),
                "kafka.group": settings.consumer["group.id"] ?? "", "kusto.url": settings.kusto.ingestionURL,
            ]
        )
        let pipeline = try SinkPipeline(
            settings: settings,
            members: parts.members,
            buffers: buffers,
            destination: destination,
            schemas: parts.schemas,
            reports: parts.reports,
            producers: parts.producers,
            registry: registry,
            observer: observer,
            clock: clock,
            logger: logger
        )
        try await pipeline.run()
        logger.info("sink stopped", ["sink.name": settings.name])
    }

    /// - Parameter createsTopics: Whether a missing topic for records that cannot be converted is created.
    private func startup(_ parts: WorkerParts, createsTopics: Bool) -> StartupCheck {
        StartupCheck(
            settings: settings,
            cluster: parts.cluster,
            client: parts.client,
            registries: parts.registries,
            producers: parts.producers,
            createsTopics: createsTopics,
            clock: clock
        )
    }
}
