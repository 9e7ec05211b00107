internal import Converters
internal import FoundationEssentials
internal import HTTP
internal import Identity
internal import Kafka
internal import KafkaClients
internal import Kusto
internal import Logging
internal import Metrics
internal import SchemaRegistry
internal import SinkConfiguration

/// What a worker opens; what cannot be opened is missing here and named among the problems.
struct WorkerParts: Sendable {
    /// The memory and the disk for batches that wait for ingestion.
    let buffers: BufferBudget?
    /// The client properties of each task's member of the group; empty when they lack something.
    let members: [KafkaClientConfiguration]
    /// What the Kafka clients are made of.
    let clients: ClientSet
    /// The client that asks Kafka without being in the group; `nil` when the settings do not let it be created.
    let cluster: ClusterConnection?
    /// Where schemas come from, as far as converters use a registry.
    let schemas: SchemaStores
    /// The same, to be asked whether they can be reached.
    let registries: [SchemaStore]
    /// The clients of the dead-letter queues, if there are any.
    let producers: DeadLetterProducers?
    /// The way to ADX.
    let client: KustoClient?
    /// Everything that is wrong with the settings or could not be opened.
    let problems: [StartupProblem]
    private let http: HTTPClient?
    private let tokens: TokenSources?
    private let reportKey: ReportKey?

    /// Opens what can be opened.
    /// - Parameters:
    ///   - earlier: Parts whose Kafka clients are to be replaced; all others are taken over.
    ///   - others: What the Kafka clients are made of, where that was read already.
    init(
        _ settings: SinkSettings,
        _ registry: MetricsRegistry,
        _ observer: any PipelineObserver,
        _ clock: SinkClock,
        _ logger: Logger,
        after earlier: WorkerParts? = nil,
        with others: ClientSet? = nil
    ) {
        var problems = SettingsCheck.problems(with: settings)
        func open<Part>(_ make: () throws(SinkFailure) -> Part) -> Part? {
            do throws(SinkFailure) {
                return try make()
            } catch {
                problems.append(StartupProblem(.configuration, error.message))
                return nil
            }
        }
        buffers =
            earlier?.buffers
            ?? open { () throws(SinkFailure) in
                try BufferBudget(
                    memoryBytes: settings.buffers.memoryBytes,
                    diskBytes: settings.buffers.diskBytes,
                    directory: settings.buffers.temporaryDirectory
                )
            }
        let environment = ProcessInfo.processInfo.environment
        let http = earlier?.http ?? open { () throws(SinkFailure) in try Self.http(settings, logger) }
        self.http = http
        tokens =
            earlier?.tokens
            ?? http.map { http in
                TokenSources(
                    azure: http,
                    network: settings.network,
                    environment: environment,
                    clock: IdentityClock(clock),
                    registry: registry,
                    logger: logger
                )
            }
        client =
            earlier?.client
            ?? http.map { http in
                KustoClient(
                    configuration: KustoConfiguration(settings, environment: environment),
                    transport: http,
                    logger: logger,
                    metrics: registry
                )
            }
        var clients = others ?? ClientSet(settings, unixSeconds: clock.unixSeconds, tokens: nil)
        if let tokens { clients.take(tokens) }
        self.clients = clients
        // A certificate that has expired is no error in the configuration.
        problems += clients.problems.map { problem in
            StartupProblem(clients.untimely.contains(problem) ? .service : .configuration, problem)
        }
        if let earlier, earlier.clients.kerberos != clients.kerberos {
            let message = """
                java.security.krb5.conf, sasl.kerberos.kinit.cmd: a process cannot change to other files of Kerberos; \
                restart the worker
                """
            problems.append(StartupProblem(.configuration, message))
        }
        let consumer = SettingsCheck.consumerProblems(with: settings).isEmpty ? clients.prepared[.consumer] : nil
        members = consumer.map { Self.members($0, settings) } ?? []
        cluster = consumer.flatMap { consumer in
            open { () throws(SinkFailure) in try Self.cluster(consumer, logger) }
        }
        let queues = [
            ClientName.errorsDeadLetterQueue: settings.errors.deadLetterQueue,
            .miscDeadLetterQueue: settings.errors.miscDeadLetterQueue,
        ].compactMapValues { $0 }.keys
        producers =
            !queues.isEmpty && queues.allSatisfy { clients.prepared[$0] != nil }
            ? open { () throws(SinkFailure) in
                try DeadLetterProducers(settings.errors, clients: clients.prepared, logger: logger)
            } : nil
        if let earlier {
            (schemas, registries) = (earlier.schemas, earlier.registries)
        } else {
            let keys = settings.keyConverter.flatMap { converter in
                open { () throws(SinkFailure) in try Self.schemas(converter, settings, registry, observer, logger) }
            }
            let values = open { () throws(SinkFailure) in
                try Self.schemas(settings.valueConverter, settings, registry, observer, logger)
            }
            schemas = SchemaStores(keys: keys ?? nil, values: values ?? nil)
            registries = [keys, values].compactMap { $0 ?? nil }
        }
        reportKey = settings.reports.report == .none ? nil : ReportKey(sink: settings.name)
        self.problems = problems
    }

    /// Where batches go, when there is a way to ADX.
    var destination: KustoDestination? {
        client.map { KustoDestination(client: $0, executor: http?.executor, reports: reportKey) }
    }

    /// Where ADX's reports are, when the settings ask for them and there is a way to ADX.
    var reports: (any ReportReading)? { reportKey == nil ? nil : client }

    /// Ends what clients got tokens with that are not among these.
    func endUnusedTokens() async { await tokens?.keepOnly(of: clients) }

    /// Shuts down what is running.
    func close() async {
        await tokens?.close()
        await http?.shutdown()
    }

    /// Has clients that are open sign in with another user and password, those of the pipeline apart.
    /// - Throws: ``KafkaError``.
    func setLogin(_ login: ClientSnapshot.Login, of name: ClientName) throws(KafkaError) {
        switch name {
        case .consumer: try cluster?.setCredentials(user: login.user, password: login.password)
        case .errorsDeadLetterQueue: try producers?.setLogin(login, of: .errors)
        case .miscDeadLetterQueue: try producers?.setLogin(login, of: .misc)
        }
    }

    private static func members(_ consumer: PreparedClient, _ settings: SinkSettings) -> [KafkaClientConfiguration] {
        (0..<max(1, settings.tasksMax)).map { consumer.configuration(forTask: $0) }
    }

    /// The group's members take the same properties, so anything that is wrong with those shows here.
    private static func cluster(_ consumer: PreparedClient, _ logger: Logger) throws(SinkFailure) -> ClusterConnection {
        do throws(KafkaError) {
            return try ClusterConnection(configuration: consumer.configuration(forTask: 0), logger: logger)
        } catch {
            let written = consumer.properties.origins.filter { error.message.contains($0.key) }.map(\.value.name)
            let names = written.isEmpty ? "consumer.override.*" : written.sorted().joined(separator: ", ")
            throw SinkFailure(.clientConfiguration, "\(names): \(error.message)")
        }
    }

    private static func schemas(
        _ converter: ConverterSettings,
        _ settings: SinkSettings,
        _ registry: MetricsRegistry,
        _ observer: any PipelineObserver,
        _ logger: Logger
    ) throws(SinkFailure) -> SchemaStore? {
        guard converter.kind.usesRegistry else { return nil }
        let configuration = try SchemaRegistryConfiguration(
            converter,
            errors: settings.errors,
            network: settings.network
        )
        do throws(SchemaRegistryError) {
            return try SchemaStore(
                configuration: configuration,
                name: converter.side.rawValue,
                registry: registry,
                observer: RegistryObserver(observer: observer),
                logger: logger
            )
        } catch {
            throw SinkFailure(
                .clientConfiguration,
                "\(configuration.propertyPrefix)schema.registry.*: \(error.message)"
            )
        }
    }

    private static func http(_ settings: SinkSettings, _ logger: Logger) throws(SinkFailure) -> HTTPClient {
        let configuration = try HTTPClientConfiguration(settings)
        do throws(HTTPError) {
            return try HTTPClient(configuration: configuration, logger: logger)
        } catch {
            throw SinkFailure(.clientConfiguration, error.message)
        }
    }
}

extension IdentityClock {
    /// The sink's time.
    init(_ clock: SinkClock) {
        self.init(
            now: clock.now,
            unixSeconds: { clock.unixSeconds },
            sleep: { duration in
                await clock.sleep(duration)
                return !Task.isCancelled
            }
        )
    }
}
