internal import Daemon
internal import Kafka
internal import KafkaClients
package import Logging
package import Metrics
internal import SchemaRegistry
package import SinkConfiguration

/// A whole worker: its clients, the check that all is there, and the pipeline.
package struct SinkWorker: Service {
    package let name = "sink"
    private let settings: SinkSettings
    private let rereading: (@Sendable () throws(ConfigurationError) -> SinkSettings)?
    private let rotationInterval: Duration
    private let registry: MetricsRegistry
    private let observer: any PipelineObserver
    private let clock: SinkClock
    private let logger: Logger
    private let rereadRequests: RereadRequests

    /// Creates a worker that has not opened anything.
    /// - Parameters:
    ///   - settings: What the user wants.
    ///   - rereading: Reads the settings again with what they refer to now, for credentials that change while the worker
    ///     runs; without it these stay as they are.
    ///   - rotationInterval: The time between two such readings.
    ///   - registry: Takes the metrics.
    ///   - observer: Is told about health.
    ///   - clock: The time.
    ///   - logger: Takes the worker's lines.
    package init(
        settings: SinkSettings,
        rereading: (@Sendable () throws(ConfigurationError) -> SinkSettings)? = nil,
        rotationInterval: Duration = .seconds(30),
        registry: MetricsRegistry,
        observer: any PipelineObserver,
        clock: SinkClock = .system,
        logger: Logger
    ) {
        self.settings = settings
        self.rereading = rereading
        self.rotationInterval = rotationInterval
        self.registry = registry
        self.observer = observer
        self.clock = clock
        self.logger = logger
        rereadRequests = RereadRequests(clock: clock)
    }

    /// Has the credentials of Kafka's clients read again at once, or as soon as the worker has started.
    package func requestReload() -> Bool {
        guard rereading != nil else { return false }
        logger.info("SIGHUP: credentials are read again")
        rereadRequests.make()
        return true
    }

    /// Has this process use the files of Kerberos that the clients of a sink name; called before there are other threads,
    /// which may read the environment.
    package static func useKerberosFiles(of settings: SinkSettings) { ClientSet.kerberos(of: settings)?.apply() }

    /// Checks what the sink needs, then consumes and ingests until the service is shut down.
    ///
    /// When key stores or other things change that Kafka's clients keep for as long as they live, others are opened and
    /// checked; then the old ones finish what they have begun and leave the group, and the others take their place.
    /// Everything else goes on.
    /// - Throws: `ExitError` with the code that the process ends with.
    package func run() async throws {
        var round = Round(settings: settings, parts: WorkerParts(settings, registry, observer, clock, logger))
        do {
            if try await mayStart(round) {
                while let next = try await consume(round), !Task.isCancelled,
                    GracefulShutdown.current?.isTriggered != true
                {
                    round = next
                    await round.parts.endUnusedTokens()
                }
            }
        } catch {
            await round.parts.close()
            throw (error as? SinkFailure)?.exitError ?? error
        }
        await round.parts.close()
    }

    /// Looks at everything that a start needs, after asking Kafka and ADX, and without consuming anything.
    /// - Parameters:
    ///   - others: What was looked at elsewhere.
    ///   - progress: Takes lines about what is waited for; without it nobody is told.
    package func check(_ others: [CheckedItem] = [], progress: Logger? = nil) async -> CheckReport {
        let parts = WorkerParts(settings, registry, observer, clock, logger)
        let startup = startup(parts, settings, createsTopics: false, logger: progress ?? logger)
        let items = await startup.run(stop: StopSignal())
        await parts.close()
        return CheckReport(
            SettingsCheck.items(settings, parts) + items + others,
            warnings: settings.warnings + parts.clients.warnings
                + [MemoryCheck.warning(for: settings)].compactMap { $0 },
            plan: RunPlan(settings)
        )
    }

    /// Looks at the settings only; no service is asked.
    package static func checkSettings(_ settings: SinkSettings) -> CheckReport {
        let ofRegistries = [settings.keyConverter, settings.valueConverter].compactMap { converter in
            converter.flatMap { SchemaRegistryConfiguration.problem(of: $0) }
        }
        return CheckReport(
            SettingsCheck.items(settings, problems: SettingsCheck.problems(with: settings) + ofRegistries),
            warnings: settings.warnings,
            plan: RunPlan(settings)
        )
    }

    /// The clients of a while, and what they were made of.
    private struct Round: Sendable {
        let settings: SinkSettings
        let parts: WorkerParts
    }

    /// Asks the services that are needed, until they answer or the service is shut down.
    /// - Parameter isFirst: Whether ADX and the registries are asked, too.
    /// - Returns: What was found, or `nil` when the service is shut down meanwhile.
    private func ask(_ round: Round, isFirst: Bool) async -> [CheckedItem]? {
        let stop = StopSignal()
        let asked = await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await startup(round.parts, round.settings, createsTopics: true, isFirst: isFirst, logger: logger)
                    .run(stop: stop)
            } onCancel: {
                stop.request()
            }
        } onGracefulShutdown: {
            stop.request()
        }
        return stop.isRequested ? nil : asked
    }

    /// Whether all is there, and the service is not shut down meanwhile.
    private func mayStart(_ round: Round) async throws -> Bool {
        let asked = await ask(round, isFirst: true)
        try Task.checkCancellation()
        // A worker that is told to stop while a service does not answer has not failed.
        let report = CheckReport(SettingsCheck.items(round.settings, round.parts) + (asked ?? []))
        // The process's last line names them all.
        if let error = report.exitError { throw error }
        for warning in report.items.compactMap(\.warning) {
            logger.warning("the start goes on without something", ["warning": warning])
        }
        return asked != nil
    }

    /// Opens other Kafka clients beside those that run, and asks whether they can do the work.
    /// - Returns: What is wrong with them otherwise, or `nil` when the service is shut down meanwhile.
    private func open(
        _ candidate: CredentialRotation.Candidate,
        after parts: WorkerParts
    ) async -> Result<Round, ClientProblems>? {
        let settings = candidate.settings
        let next = Round(
            settings: settings,
            parts: WorkerParts(settings, registry, observer, clock, logger, after: parts, with: candidate.clients)
        )
        var problems: [StartupProblem]? = next.parts.problems
        if problems == [] { problems = await ask(next, isFirst: false)?.problems }
        if problems == [] { return .success(next) }
        next.parts.producers?.close()
        await parts.endUnusedTokens()
        return problems.map { .failure(ClientProblems($0.map(\.message))) }
    }

    /// Runs until the service is shut down or the clients have to be made anew.
    /// - Returns: The clients that take the place of these, or `nil` when the work is done.
    private func consume(_ round: Round) async throws -> Round? {
        let (settings, parts) = (round.settings, round.parts)
        // Without problems all parts are there.
        guard let buffers = parts.buffers, let destination = parts.destination else { return nil }
        for warning in parts.clients.warnings { logger.warning("Kafka's clients", ["warning": warning]) }
        if let warning = MemoryCheck.warning(for: settings) { logger.warning("memory", ["warning": warning]) }
        logger.info(
            "sink starts",
            StartLine.data(settings)
        )
        CertificateMetrics(registry: registry, connector: settings.name).show(parts.clients)
        let alarm = ChangeSignal(clock: clock)
        let pipeline = try SinkPipeline(
            settings: settings,
            members: parts.members,
            buffers: buffers,
            destination: destination,
            schemas: parts.schemas,
            reports: parts.reports,
            producers: parts.producers,
            onSignInRefused: { alarm.announce() },
            registry: registry,
            observer: observer,
            clock: clock,
            logger: logger
        )
        let rotation = rereading.map { rereading in
            CredentialRotation(
                settings: settings,
                reread: rereading,
                current: parts.clients.snapshots,
                alarm: alarm,
                requests: rereadRequests,
                interval: rotationInterval,
                clock: clock,
                logger: logger
            )
        }
        let next = try await withThrowingTaskGroup(of: Round?.self) { group in
            group.addTask {
                let next = await rotation?.run { logins in
                    take(logins, parts, pipeline)
                } open: { candidate in
                    await open(candidate, after: parts)
                }
                if next != nil { pipeline.requestStop() }
                return next
            }
            try await pipeline.run()
            group.cancelAll()
            return try await group.next() ?? nil
        }
        logger.info(
            "sink stopped",
            [
                "sink.name": settings.name,
                "stop.reason": next == nil ? "asked to stop" : "Kafka's clients are made anew",
                "drain.seconds": pipeline.timeSinceStop ?? .zero,
            ]
        )
        return next
    }

    /// Gives clients that run another user and password.
    private func take(
        _ logins: [ClientName: ClientSnapshot.Login],
        _ parts: WorkerParts,
        _ pipeline: SinkPipeline
    ) {
        for (name, login) in logins {
            do throws(KafkaError) {
                if name == .consumer { try pipeline.setLogin(login) }
                try parts.setLogin(login, of: name)
            } catch {
                logger.error("a Kafka client does not take another password", ["error": error.message])
            }
        }
    }

    /// - Parameters:
    ///   - createsTopics: Whether a missing topic for records that cannot be converted is created.
    ///   - isFirst: Whether ADX and the registries are asked, too.
    private func startup(
        _ parts: WorkerParts,
        _ settings: SinkSettings,
        createsTopics: Bool,
        isFirst: Bool = true,
        logger: Logger
    ) -> StartupCheck {
        StartupCheck(
            settings: settings,
            cluster: parts.cluster,
            client: isFirst ? parts.client : nil,
            registries: isFirst ? parts.registries : [],
            producers: parts.producers,
            createsTopics: createsTopics,
            clock: clock,
            logger: logger
        )
    }
}
