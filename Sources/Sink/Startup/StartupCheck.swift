internal import Kafka
internal import Kusto
internal import Logging
internal import SchemaRegistry
internal import SinkConfiguration

/// Everything outside the process that the sink needs, asked before the first record is read.
struct StartupCheck: Sendable {
    private let settings: SinkSettings
    private let kafka: KafkaStartupCheck?
    private let kusto: KustoStartupCheck?
    private let registries: [SchemaStore]
    private let deadLetters: DeadLetterStartupCheck?
    private let waiting: StartupWaiting
    private let timeout: Duration
    private let clock: SinkClock

    /// Creates a check; a service whose client could not be made is not asked.
    /// - Parameters:
    ///   - settings: What the user wants.
    ///   - cluster: Asks the consumer's brokers.
    ///   - client: Asks ADX.
    ///   - registries: Ask the schema registries.
    ///   - producers: Ask the brokers of the dead-letter queues.
    ///   - createsTopics: Whether the topic for records that cannot be converted is created when it is missing.
    ///   - clock: The time.
    ///   - logger: Takes lines about what is waited for.
    init(
        settings: SinkSettings,
        cluster: ClusterConnection?,
        client: KustoClient?,
        registries: [SchemaStore] = [],
        producers: DeadLetterProducers? = nil,
        createsTopics: Bool = false,
        clock: SinkClock,
        logger: Logger
    ) {
        let waiting = StartupWaiting(limit: settings.process.startupTimeout, clock: clock, logger: logger)
        self.waiting = waiting
        self.settings = settings
        self.registries = registries
        kafka = cluster.map {
            KafkaStartupCheck(
                cluster: $0,
                consumer: settings.consumer,
                topics: settings.topics,
                waiting: waiting,
                isRouted: { [mappings = settings.mappings] topic in
                    mappings.contains { $0.topic == topic || $0.isWildcard }
                }
            )
        }
        kusto = client.map { KustoStartupCheck(client: $0, settings: settings, waiting: waiting) }
        deadLetters = producers.map { DeadLetterStartupCheck($0, creates: createsTopics, waiting: waiting) }
        timeout = settings.process.startupTimeout
        self.clock = clock
    }

    /// Returns what was found, Kafka's part first; waits for services that do not answer yet.
    /// - Parameter stop: Ends the waiting early.
    func run(stop: StopSignal) async -> [CheckedItem] {
        async let ofKafka = kafka?.run(timeout: timeout, clock: clock, stop: stop) ?? unaskedOfKafka
        async let ofKusto = kusto?.run(timeout: timeout, clock: clock, stop: stop) ?? unaskedOfKusto
        async let ofRegistries = RegistryStartupCheck(registries: registries, waiting: waiting)
            .run(timeout: timeout, clock: clock, stop: stop)
        async let ofQueues = deadLetters?.run(timeout: timeout, clock: clock, stop: stop) ?? []
        return await ofKafka + ofRegistries + ofQueues + ofKusto
    }

    private static let noClient = CheckedItem.Outcome.unchecked("not asked for: the configuration allows no client")

    private var unaskedOfKafka: [CheckedItem] {
        [CheckedItem(.broker, settings.consumer["bootstrap.servers"] ?? "", Self.noClient)]
            + settings.topics.subscription.map { CheckedItem(.topic, $0, Self.noClient) }
            + [CheckedItem(.group, settings.consumer["group.id"] ?? "", Self.noClient)]
    }

    private var unaskedOfKusto: [CheckedItem] {
        [CheckedItem(.endpoint, settings.kusto.ingestionURL, Self.noClient)]
            + settings.mappings.map { CheckedItem(.table, "\($0.database).\($0.table)", Self.noClient) }
    }
}
