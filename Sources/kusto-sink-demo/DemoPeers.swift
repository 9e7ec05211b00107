import Kafka
import KustoEmulator
import Logging
import Threads

/// What the worker reads from and writes to, both in this process: librdkafka's mock broker, and the emulated ADX.
final class DemoPeers: Sendable {
    static let database = "Demo"
    static let application = "demo"
    static let secret = "not-a-secret"

    let broker: KafkaMockCluster
    let adx: EmulatedCluster
    let producer: KafkaProducer
    private let logger: Logger

    /// Starts both, with the topics and tables of the workloads.
    /// - Throws: `KafkaError`, or `EmulatorError`.
    init(logger: Logger) throws {
        self.logger = logger
        broker = try KafkaMockCluster()
        for stream in DemoWorkload.streams { try broker.createTopic(stream.topic, partitions: DemoWorkload.partitions) }
        try broker.createTopic(DemoWorkload.deadLetters, partitions: 1)
        try broker.createTopic(Backlog.stream.topic, partitions: Backlog.partitions)
        producer = try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers]),
            logger: logger
        )
        adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                splitsEndpoints: true,
                databases: [Self.database],
                setupCommands: DemoWorkload.setupCommands + Backlog.setupCommands,
                authentication: AuthenticationPolicy(applications: [
                    Self.application: EmulatedApplication(secrets: [Self.secret])
                ])
            ),
            logger: logger
        )
        try adx.start()
    }

    /// The rows of both tables of the steady workload.
    var rows: Int { DemoWorkload.streams.reduce(0) { $0 + ((try? adx.rowCount($1.table)) ?? 0) } }

    /// Takes ADX off the network: every request's connection is cut.
    func cutOff() { adx.add(Fault(.refuse)) }

    /// Brings ADX back.
    func restore() { adx.clearFaults() }

    /// How often each number is in the column `id` of a table.
    /// - Throws: `EmulatorError`.
    func occurrences(in table: String, below limit: Int) throws -> [UInt8] {
        try adx.occurrences(of: "id", in: table, below: limit)
    }

    /// The dead letters that are in the topic, each once: a letter may be there twice after a crash.
    /// - Throws: `KafkaError` or `OffsetRangeError` when the topic cannot be read.
    func deadLetters() async throws -> [DeadLetter] {
        let configuration = KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers])
        let logger = logger
        return try await BlockingThread.runUntilCancelled(name: "dead-letters") {
            let partition = TopicPartition(topic: DemoWorkload.deadLetters, partition: 0)
            let connection = try ClusterConnection(configuration: configuration, logger: logger)
            let ends = try OffsetReader(connection, group: "demo").watermarks([partition], timeout: .seconds(5))
            guard let end = ends[partition]?.high, end > 0 else { return [] }
            let reader = OffsetRangeReader(configuration: configuration, logger: logger)
            var reading = try reader.open(partition, 0..<end, timeout: .seconds(10))
            var letters: Set<DeadLetter> = []
            while let messages = try reading.next() {
                for index in 0..<messages.count {
                    var headers: [String: String] = [:]
                    unsafe messages.forEachHeader(at: index) { name, value in
                        let text = unsafe value.map { unsafe String(decoding: $0, as: UTF8.self) }
                        unsafe headers[String(decoding: name, as: UTF8.self)] = text
                    }
                    letters.insert(DeadLetter(headers))
                }
            }
            return letters.sorted { $0.place < $1.place }
        }
    }

    /// Ends both.
    func stop() async {
        producer.close()
        await adx.stop()
    }
}
