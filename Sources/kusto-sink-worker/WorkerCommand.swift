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
        for option in ["offline", "json"] where arguments.has(option) && !isCheck {
            throw ExitError(.usage, "--\(option) goes with check only")
        }
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
            if isCheck { return try show(CheckReport(error)) }
            for warning in error.warnings { Self.write("warning: \(warning)\n") }
            throw refusal(error.problems.map(\.description))
        }
        if arguments.has("print-config") { return print(properties.rendered, terminator: "") }
        SinkWorker.useKerberosFiles(of: settings)
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
        if arguments.has("offline") {
            return try show(
                SinkWorker.checkSettings(settings),
                verdict: "the configuration is in order; Kafka and Azure Data Explorer were not asked (--offline)"
            )
        }
        let worker = SinkWorker(
            settings: settings,
            registry: MetricsRegistry(),
            observer: HealthObserver(health: HealthState(limit: .seconds(60))),
            logger: Self.silence
        )
        let port = await checkedPort(settings.process)
        try show(await worker.check([port]), verdict: "configuration, Kafka and Azure Data Explorer are in order")
    }

    /// What matters to a check stands in its table; the clients' own lines would come between.
    private static let silence = Logger(label: "check", level: .error, sink: MemoryLogSink(capacity: 10))

    /// Whether the endpoint for health and metrics could be opened.
    private func checkedPort(_ process: ProcessSettings) async -> CheckedItem {
        guard let address = process.metricsAddress else {
            return CheckedItem(.port, "", .unchecked("not used: metrics.address=off"))
        }
        let service = EndpointService(
            host: address.host,
            port: address.port,
            responder: EndpointResponder(registry: MetricsRegistry(), health: HealthState(limit: .seconds(60))),
            logger: Self.silence
        )
        do throws(ExitError) {
            try await service.check()
            return CheckedItem(.port, "\(address)", .passed("free"))
        } catch {
            return CheckedItem(.port, "\(address)", .failed(StartupProblem(.configuration, error.message)))
        }
    }

    /// Prints what was found, and ends as a start would.
    /// - Parameter verdict: What is said when nothing is wrong.
    private func show(_ report: CheckReport, verdict: String = "") throws {
        print(arguments.has("json") ? report.json + "\n" : report.table, terminator: "")
        guard let error = report.exitError else {
            if !arguments.has("json") { print(verdict) }
            return
        }
        // The verdict stands last, whatever the two streams lead to.
        fflush(nil)
        throw ExitError(error.code, Self.summary(report.items.problems.map(\.message)))
    }

    private func work(
        _ settings: SinkSettings,
        rereading: @escaping @Sendable () throws(ConfigurationError) -> SinkSettings
    ) async throws {
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
        if problems.count > 1 { Self.write(Self.told(problems).map { "problem: \($0)\n" }.joined()) }
        return ExitError(.usage, Self.summary(problems))
    }

    /// All problems in one line, how many there are first.
    private static func summary(_ problems: [String]) -> String {
        guard problems.count > 1 else { return problems.first ?? "" }
        return "\(problems.count) problems: \(told(problems).joined(separator: "; "))"
    }

    private static func told(_ problems: [String]) -> [String] {
        let more = problems.count - toldProblems
        return problems.prefix(toldProblems) + (more > 0 ? ["and \(more) more"] : [])
    }

    private static func write(_ text: String) {
        unsafe Array(text.utf8).withUnsafeBytes { _ = unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
