import Daemon
import Logging
import Metrics
import Observability
import Sink
import SinkConfiguration

/// Runs the sink until it is told to stop.
struct RunCommand {
    /// How it is called.
    static let command = CommandLineCommand(
        "run",
        help: "Run the sink until told to stop; the same as without a command.",
        options: LoadedConfiguration.options + [
            .flag("print-config", help: "Print the effective properties, secrets hidden, and exit.")
        ],
        fileOption: "config"
    )

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Whether a command line asks for the sink itself, not for an answer about its configuration.
    static func isService(_ arguments: Arguments) -> Bool {
        arguments.command == command.name && !arguments.has("print-config")
    }

    /// Runs it.
    /// - Throws: `ExitError` with the code that the process ends with.
    func run() async throws {
        let configuration: LoadedConfiguration
        let settings: SinkSettings
        do {
            configuration = try LoadedConfiguration(arguments)
            settings = try configuration.settings()
        } catch let error as ConfigurationError {
            throw ToldProblems.refusal(error, isService: true)
        }
        SinkWorker.useKerberosFiles(of: settings)
        try await work(settings) { () throws(ConfigurationError) in try configuration.settingsReadAgain() }
    }

    private func work(
        _ settings: SinkSettings,
        rereading: @escaping @Sendable () throws(ConfigurationError) -> SinkSettings
    ) async throws {
        let process = settings.process
        let logger = ProcessLog.standard.logger("kusto-sink-worker", level: process.logLevel)
        let build = Release.labels(libraries: WorkerArguments.libraries)
        let files = arguments.values("config")
        logger.info("kusto-sink-worker starts", (build as LogData).merging(["config.files": files]) { $1 })
        for warning in settings.warnings { logger.warning("configuration", ["warning": warning]) }
        let registry = MetricsRegistry()
        ProcessMetrics.register(in: registry, build: build)
        let health = HealthState(limit: .seconds(60))
        let observer = HealthObserver(health: health)
        observer.expect(tasks: settings.tasksMax)
        let worker = SinkWorker(
            settings: settings,
            rereading: rereading,
            registry: registry,
            observer: observer,
            logger: logger
        )
        // A port that is taken ends the process. Until then all else that is wrong is found out, too.
        let port = await EndpointPort.check(process)
        if port.problem != nil, let error = await worker.check([port], progress: logger).exitError { throw error }
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if let address = process.metricsAddress {
            services.append(
                .init(
                    service: EndpointService(
                        host: address.host,
                        port: address.port,
                        responder: EndpointResponder(registry: registry, health: health),
                        logger: logger
                    )
                )
            )
        }
        services.append(.init(service: worker))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services,
                // The drain bounds itself; the rest is for the last commit and leaving the group. With the default of
                // 20 s all ends within 25 s, well before Kubernetes kills at 30.
                maximumGracefulShutdownDuration: process.shutdownDrain + .seconds(3),
                maximumCancellationDuration: .milliseconds(1500)
            ),
            logger: logger
        )
        try await group.run()
    }
}
