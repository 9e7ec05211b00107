internal import Daemon
internal import FoundationEssentials
internal import HTTP
internal import Kafka
internal import Kusto
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
        do {
            let parts = try Parts(settings, registry, logger)
            do {
                try await consume(parts)
            } catch {
                await parts.close()
                throw error
            }
            await parts.close()
        } catch let failure as SinkFailure {
            throw failure.exitError
        }
    }

    /// Returns what would keep the worker from starting, after asking Kafka and ADX, and without consuming anything.
    package func check() async -> [StartupProblem] {
        do throws(SinkFailure) {
            let parts = try Parts(settings, registry, logger)
            let problems = await startup(parts).run(stop: StopSignal())
            await parts.close()
            return problems
        } catch {
            return [StartupProblem(.configuration, error.message)]
        }
    }

    private func consume(_ parts: Parts) async throws {
        let stop = StopSignal()
        let problems = await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await startup(parts).run(stop: stop)
            } onCancel: {
                stop.request()
            }
        } onGracefulShutdown: {
            stop.request()
        }
        try Task.checkCancellation()
        // Who is told to stop while a service does not answer has not failed.
        if stop.isRequested { return }
        for problem in problems { logger.error("cannot start", ["problem": problem.message]) }
        if let error = problems.exitError { throw error }
        logger.info(
            "sink starts",
            [
                "sink.name": settings.name, "sink.tasks": String(settings.tasksMax),
                "kafka.group": settings.consumer["group.id"] ?? "", "kusto.url": settings.kusto.ingestionURL,
            ]
        )
        let pipeline = try SinkPipeline(
            settings: settings,
            consumers: parts.consumers,
            buffers: parts.buffers,
            destination: KustoDestination(client: parts.client),
            registry: registry,
            observer: observer,
            clock: clock,
            logger: logger
        )
        try await pipeline.run()
        logger.info("sink stopped", ["sink.name": settings.name])
    }

    private func startup(_ parts: Parts) -> StartupCheck {
        StartupCheck(settings: settings, consumer: parts.consumers[0], client: parts.client, clock: clock)
    }

    /// What a worker opens, in the order in which a mistake in the configuration shows.
    private struct Parts {
        let buffers: BufferBudget
        let consumers: [KafkaConsumer]
        let http: HTTPClient
        let client: KustoClient

        init(_ settings: SinkSettings, _ registry: MetricsRegistry, _ logger: Logger) throws(SinkFailure) {
            buffers = try BufferBudget(
                memoryBytes: settings.buffers.memoryBytes,
                diskBytes: settings.buffers.diskBytes,
                directory: settings.buffers.temporaryDirectory
            )
            do throws(KafkaError) {
                var consumers: [KafkaConsumer] = []
                for task in 0..<max(1, settings.tasksMax) {
                    let properties = settings.consumer.forTask(task)
                    consumers.append(
                        try KafkaConsumer(
                            configuration: KafkaClientConfiguration(
                                properties.revealed(),
                                secretNames: properties.secretNames,
                                optionalNames: properties.optionalNames
                            ),
                            logger: logger.with("task", task)
                        )
                    )
                }
                self.consumers = consumers
            } catch {
                throw SinkFailure(.clientConfiguration, "consumer.override.*: \(error.message)")
            }
            do throws(HTTPError) {
                http = try HTTPClient(configuration: HTTPClientConfiguration(settings.kusto), logger: logger)
            } catch {
                throw SinkFailure(.clientConfiguration, error.message)
            }
            client = KustoClient(
                configuration: KustoConfiguration(settings, environment: ProcessInfo.processInfo.environment),
                transport: http,
                logger: logger,
                metrics: registry
            )
        }

        func close() async { await http.shutdown() }
    }
}
