internal import Kafka
internal import Kusto
internal import SchemaRegistry
internal import SinkConfiguration

/// Everything outside the process that the sink needs, asked before the first record is read.
struct StartupCheck: Sendable {
    private let kafka: KafkaStartupCheck?
    private let kusto: KustoStartupCheck?
    private let registries: [SchemaStore]
    private let deadLetters: DeadLetterStartupCheck?
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
    init(
        settings: SinkSettings,
        cluster: ClusterConnection?,
        client: KustoClient?,
        registries: [SchemaStore] = [],
        producers: DeadLetterProducers? = nil,
        createsTopics: Bool = false,
        clock: SinkClock
    ) {
        self.registries = registries
        kafka = cluster.map {
            KafkaStartupCheck(
                cluster: $0,
                servers: settings.consumer["bootstrap.servers"] ?? "",
                topics: settings.topics
            )
        }
        kusto = client.map { KustoStartupCheck(client: $0, settings: settings) }
        deadLetters = producers.map { DeadLetterStartupCheck($0, creates: createsTopics) }
        timeout = settings.process.startupTimeout
        self.clock = clock
    }

    /// Returns every problem, Kafka's first; waits for services that do not answer yet.
    /// - Parameter stop: Ends the waiting early.
    func run(stop: StopSignal) async -> [StartupProblem] {
        async let ofKafka = kafka?.run(timeout: timeout, clock: clock, stop: stop) ?? []
        async let ofKusto = kusto?.run(timeout: timeout, clock: clock, stop: stop) ?? []
        async let ofRegistries = RegistryStartupCheck(registries: registries)
            .run(timeout: timeout, clock: clock, stop: stop)
        async let ofQueues = deadLetters?.run(timeout: timeout, clock: clock, stop: stop) ?? []
        return await ofKafka + ofRegistries + ofQueues + ofKusto
    }
}
