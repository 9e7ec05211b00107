import Daemon
import FoundationEssentials
import Glibc
import Logging
import Metrics
import Observability
import Secrets
import Sink
import SinkConfiguration

/// What one command line asks for: to run the sink, to check it, or to print its properties.
struct WorkerCommand {
    private let arguments: Arguments
    private let environment: [String: String]

    init(arguments: Arguments, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.arguments = arguments
        self.environment = environment
    }

    /// Whether a command line asks for the sink itself, not for an answer about its configuration.
    static func isService(_ arguments: Arguments) -> Bool {
        arguments.subcommand == nil && !arguments.has("print-config")
    }

    /// Does what is asked.
    /// - Throws: `ExitError` with the code that the process ends with.
    func run() async throws {
        let isCheck = arguments.subcommand == "check"
        if arguments.has("offline"), !isCheck { throw ExitError(.usage, "--offline goes with check only") }
        for option in ["address", "ready"] where arguments.has(option) {
            throw ExitError(.usage, "--\(option) goes with health only")
        }
        guard !arguments.values("config").isEmpty || environment.keys.contains(where: { $0.hasPrefix("CONNECT_") })
        else {
            throw ExitError(.usage, "no configuration: name a file with --config FILE")
        }
        let properties: PropertySet
        let settings: SinkSettings
        let scope = try referenceScope()
        do throws(ConfigurationError) {
            properties = try PropertySet(
                files: arguments.values("config"),
                environment: environment,
                references: .resolve(within: scope)
            )
            settings = try SinkSettings(properties, environment: environment)
        } catch {
            throw refusal(error.problems.map(\.description))
        }
        if arguments.has("print-config") { return print(properties.rendered, terminator: "") }
        if isCheck { return try await check(settings) }
        try await work(settings) { [environment] () throws(ConfigurationError) in
            try SinkSettings(properties.rereading(environment: environment, within: scope), environment: environment)
        }
    }

    /// What references may name: an option rather than a property, since the configuration must not widen it.
    private func referenceScope() throws -> ReferenceScope {
        let directories = arguments.values("references-below")
        if let relative = directories.first(where: { !$0.hasPrefix("/") }) {
            throw ExitError(.usage, "--references-below must be an absolute path, not \(relative)")
        }
        return directories.isEmpty ? .anywhere : .below(directories)
    }

    private func check(_ settings: SinkSettings) async throws {
        for warning in settings.warnings { print("warning: \(warning)") }
        for feature in settings.unsupported { print("not supported yet: \(feature)") }
        if arguments.has("offline") {
            try report(SettingsCheck.problems(with: settings))
            return print("the configuration is in order; Kafka and Azure Data Explorer were not asked (--offline)")
        }
        // A feature that is not there yet keeps the sink from starting, but the rest can still be checked.
        let worker = SinkWorker(
            settings: settings,
            registry: MetricsRegistry(),
            observer: HealthObserver(health: HealthState(limit: .seconds(60))),
            logger: Logger(label: "check", level: .warning, sink: StreamLogSink(format: .text))
        )
        try report(await worker.check())
        print("configuration, Kafka and Azure Data Explorer are in order")
    }

    private func report(_ problems: [StartupProblem]) throws {
        guard let error = problems.exitError else { return }
        throw ExitError(error.code, refusal(problems.map(\.message)).message)
    }

    private func work(
        _ settings: SinkSettings,
        rereading: @escaping @Sendable () throws(ConfigurationError) -> SinkSettings
    ) async throws {
        guard settings.unsupported.isEmpty else {
            throw refusal(settings.unsupported.map { "not supported yet: \($0)" })
        }
        let process = settings.process
        let logger = Logger(
            label: "kusto-sink-worker",
            level: process.logLevel,
            sink: StreamLogSink(format: process.logFormat)
        )
        let build = Release.labels(libraries: WorkerArguments.libraries)
        logger.info("kusto-sink-worker starts", build)
        for warning in settings.warnings { logger.warning("configuration", ["warning": warning]) }
        let registry = MetricsRegistry()
        ProcessMetrics.register(in: registry, build: build)
        let health = HealthState(limit: .seconds(60))
        let observer = HealthObserver(health: health)
        observer.expect(tasks: settings.tasksMax)
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
        services.append(
            .init(
                service: SinkWorker(
                    settings: settings,
                    rereading: rereading,
                    registry: registry,
                    observer: observer,
                    logger: logger
                )
            )
        )
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

    /// The most problems that are written: a file with more of them is hardly meant to be a configuration.
    private static let toldProblems = 100

    /// Writes each problem on a line of its own when there are several; the last line then sums them up.
    private func refusal(_ problems: [String]) -> ExitError {
        guard problems.count > 1 else { return ExitError(.usage, problems.first ?? "") }
        let more = problems.count - Self.toldProblems
        let told = problems.prefix(Self.toldProblems) + (more > 0 ? ["and \(more) more"] : [])
        let lines = Array(told.map { "problem: \($0)\n" }.joined().utf8)
        unsafe lines.withUnsafeBytes { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        return ExitError(.usage, "\(problems.count) problems: \(told.joined(separator: "; "))")
    }
}
