import Daemon
import FoundationEssentials
import Logging
import Metrics
import Observability
import Operator

/// Runs the operator until it is told to stop.
struct RunCommand {
    private let arguments: Arguments
    private let environment: [String: String]

    init(_ arguments: Arguments, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.arguments = arguments
        self.environment = environment
    }

    /// Looks after sinks.
    /// - Throws: `ExitError` with the code that the process ends with.
    func run() async throws {
        let level = arguments.value("log-level").flatMap(LogLevel.init) ?? .info
        let logger = ProcessLog.standard.logger("kusto-sink-operator", level: level)
        let listen = try ListenAddress(arguments.value("listen") ?? "0.0.0.0:\(OperatorArguments.port)")
        let registry = MetricsRegistry()
        let build = Release.labels(libraries: OperatorArguments.libraries)
        logger.info("kusto-sink-operator starts", build)
        ProcessMetrics.register(in: registry, build: build)
        let health = HealthState(limit: .seconds(60))
        let assembly = try OperatorAssembly(
            try settings(),
            environment: environment,
            registry: registry,
            health: OperatorProbes(health: health),
            logger: logger
        )
        let endpoint = EndpointService(
            host: listen.host,
            port: listen.port,
            responder: EndpointResponder(registry: registry, health: health),
            setting: "--listen",
            remedy: "give another address",
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: endpoint)] + assembly.services),
            logger: logger
        )
        try await group.run()
    }

    private func settings() throws(ExitError) -> OperatorSettings {
        var settings = OperatorSettings(
            workers: WorkerSettings(
                image: arguments.value("worker-image") ?? OperatorArguments.workerImage,
                operatorNamespace: environment["POD_NAMESPACE"].flatMap { $0.isEmpty ? nil : $0 },
                podMonitorLabels: try MonitorLabels(parsing: arguments.values("pod-monitor-label"))
            ),
            version: Release.version
        )
        settings.kubeconfig = arguments.value("kubeconfig")
        settings.namespaces = Array(Set(arguments.values("namespace"))).sorted()
        if arguments.has("watch-secrets-by-name") { settings.secretAccess = .byName }
        settings.electsLeader = !arguments.has("no-leader-election")
        if let name = arguments.value("lease-name") {
            guard settings.electsLeader else {
                throw ExitError(
                    .usage,
                    "--lease-name \(name): there is no lease with --no-leader-election; give one of the two"
                )
            }
            guard SchemaPattern.objectName.matches(name), name.utf8.count <= 253 else {
                let expectation = SchemaPattern.objectName.expectation
                throw ExitError(.usage, "--lease-name \(name): it must be \(expectation), at most 253 characters")
            }
            settings.leaseName = name
        }
        if let text = arguments.value("workers") {
            guard let count = Int(text), (1...256).contains(count) else {
                throw ExitError(.usage, "--workers \(text): give a number from 1 to 256")
            }
            settings.concurrency = count
        }
        guard settings.namespaces.allSatisfy({ !$0.isEmpty }) else {
            throw ExitError(.usage, "--namespace needs a name; leave the option out for all namespaces")
        }
        return settings
    }
}
