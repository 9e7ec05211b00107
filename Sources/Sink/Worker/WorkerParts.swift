internal import Converters
internal import FoundationEssentials
internal import HTTP
internal import Kafka
internal import Kusto
internal import Logging
internal import Metrics
internal import SchemaRegistry
internal import SinkConfiguration

/// What a worker opens; what cannot be opened is missing here and named among the problems.
struct WorkerParts: Sendable {
    /// The memory and the disk for batches that wait for ingestion.
    let buffers: BufferBudget?
    /// The client properties of each task's member of the group.
    let members: [KafkaClientConfiguration]
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
    private let reportKey: ReportKey?

    /// Opens what can be opened.
    init(_ settings: SinkSettings, _ registry: MetricsRegistry, _ observer: any PipelineObserver, _ logger: Logger) {
        var problems = SettingsCheck.problems(with: settings)
        func open<Part>(_ make: () throws(SinkFailure) -> Part) -> Part? {
            do throws(SinkFailure) {
                return try make()
            } catch {
                problems.append(StartupProblem(.configuration, error.message))
                return nil
            }
        }
        buffers = open { () throws(SinkFailure) in
            try BufferBudget(
                memoryBytes: settings.buffers.memoryBytes,
                diskBytes: settings.buffers.diskBytes,
                directory: settings.buffers.temporaryDirectory
            )
        }
        let canConsume = !settings.lacksConsumerSecurity && SettingsCheck.consumerProblems(with: settings).isEmpty
        members = Self.members(settings)
        cluster =
            canConsume
            ? open { () throws(SinkFailure) in try Self.cluster(settings, logger) } : nil
        let keys = settings.keyConverter.flatMap { converter in
            open { () throws(SinkFailure) in try Self.schemas(converter, settings, registry, observer, logger) }
        }
        let values = open { () throws(SinkFailure) in
            try Self.schemas(settings.valueConverter, settings, registry, observer, logger)
        }
        schemas = SchemaStores(keys: keys ?? nil, values: values ?? nil)
        let hasQueues = settings.errors.deadLetterQueue != nil || settings.errors.miscDeadLetterQueue != nil
        producers =
            hasQueues
            ? open { () throws(SinkFailure) in try DeadLetterProducers(settings.errors, logger: logger) } : nil
        registries = [keys, values].compactMap { $0 ?? nil }
        let http = open { () throws(SinkFailure) in try Self.http(settings, logger) }
        client = http.map { http in
            KustoClient(
                configuration: KustoConfiguration(settings, environment: ProcessInfo.processInfo.environment),
                transport: http,
                logger: logger,
                metrics: registry
            )
        }
        self.http = http
        reportKey = settings.reports.report == .none ? nil : ReportKey(sink: settings.name)
        self.problems = problems
    }

    /// Where batches go, when there is a way to ADX.
    var destination: KustoDestination? {
        client.map { KustoDestination(client: $0, executor: http?.executor, reports: reportKey) }
    }

    /// Where ADX's reports are, when the settings ask for them and there is a way to ADX.
    var reports: (any ReportReading)? { reportKey == nil ? nil : client }

    /// Shuts down what is running.
    func close() async { await http?.shutdown() }

    private static func members(_ settings: SinkSettings) -> [KafkaClientConfiguration] {
        (0..<max(1, settings.tasksMax)).map { task in
            let properties = settings.consumer.forTask(task)
            return KafkaClientConfiguration(
                properties.revealed(),
                secretNames: properties.secretNames,
                optionalNames: properties.optionalNames
            )
        }
    }

    /// The group's members take the same properties, so anything that is wrong with those shows here.
    private static func cluster(_ settings: SinkSettings, _ logger: Logger) throws(SinkFailure) -> ClusterConnection {
        do throws(KafkaError) {
            return try ClusterConnection(configuration: members(settings)[0], logger: logger)
        } catch {
            let written = settings.consumer.origins.filter { error.message.contains($0.key) }.map(\.value.name)
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
        let configuration = try SchemaRegistryConfiguration(converter, errors: settings.errors)
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
        do throws(HTTPError) {
            return try HTTPClient(configuration: HTTPClientConfiguration(settings.kusto), logger: logger)
        } catch {
            throw SinkFailure(.clientConfiguration, error.message)
        }
    }
}
