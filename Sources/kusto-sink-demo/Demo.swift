import Daemon
import Foundation
import Kafka
import KustoEmulator
import Logging
import Metrics
import Sink
import SinkConfiguration
import Threads

/// One run from end to end: an embedded broker, an embedded ADX, and between them the worker as it ships.
struct Demo: Service {
    /// Time until every record must have arrived.
    private static let deadline = Duration.seconds(120)
    private static let database = "Demo"

    private let workload: DemoWorkload
    private let logger: Logger

    init(workload: DemoWorkload, logger: Logger) {
        self.workload = workload
        self.logger = logger
    }

    func run() async throws {
        let broker = try KafkaMockCluster()
        let cluster = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                splitsEndpoints: true,
                databases: [Self.database],
                setupCommands: DemoWorkload.setupCommands,
                authentication: AuthenticationPolicy(applications: ["demo": "secret"])
            ),
            logger: logger
        )
        try cluster.start()
        print(
            "Kafka (librdkafka's mock broker) at \(broker.bootstrapServers), Azure Data Explorer (emulator) at \(cluster.engineURL)"
        )
        do {
            try await produce(to: broker)
            try await ingest(from: broker, into: cluster)
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    private func produce(to broker: KafkaMockCluster) async throws {
        for stream in workload.streams { try broker.createTopic(stream.topic, partitions: DemoWorkload.partitions) }
        let producer = try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers]),
            logger: logger
        )
        let workload = workload
        try await BlockingThread.run(name: "produce") { try producer.sendAll(workload.records, timeout: .seconds(60)) }
        print(
            "Produced \(workload.telemetryCount) JSON records to topic telemetry (and \(workload.tombstoneCount) tombstones), "
                + "\(workload.orderCount) CSV records to topic orders, \(DemoWorkload.partitions) partitions each\n"
        )
    }

    private func ingest(from broker: KafkaMockCluster, into cluster: EmulatedCluster) async throws {
        let properties = properties(broker, cluster)
        print("The worker runs with:\n")
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            print("  \(name)=\(name == "aad.auth.appkey" ? "******" : value)")
        }
        let settings: SinkSettings
        do {
            settings = try SinkSettings(PropertySet(properties))
        } catch {
            throw ExitError(.software, error.message)
        }
        let stopwatch = Stopwatch()
        let worker = SinkWorker(settings: settings, registry: MetricsRegistry(), observer: stopwatch, logger: logger)
        let shutdown = GracefulShutdown()
        let taken = try await withThrowingTaskGroup(of: Duration?.self) { group in
            group.addTask {
                try await GracefulShutdown.$current.withValue(shutdown) { try await worker.run() }
                return nil
            }
            group.addTask { try await self.arrival(in: cluster) ? stopwatch.elapsed : nil }
            var taken: Duration?
            for try await outcome in group {
                taken = taken ?? outcome
                shutdown.trigger()
            }
            return taken
        }
        guard let taken else {
            throw ExitError(
                .software,
                "not every record arrived within \(Self.deadline.components.seconds) s: \(counts(cluster)); run with --verbose to see why"
            )
        }
        try DemoReport(workload: workload, cluster: cluster, taken: taken).printAll()
    }

    private func properties(_ broker: KafkaMockCluster, _ cluster: EmulatedCluster) -> [String: String] {
        let mappings = workload.streams.map { stream in
            let mapping = stream.mapping.map { ", 'mapping': '\($0)'" } ?? ""
            return
                "{'topic': '\(stream.topic)', 'db': '\(Self.database)', 'table': '\(stream.table)', 'format': '\(stream.format)'\(mapping)}"
        }
        return [
            "name": "demo",
            "connector.class": "com.microsoft.azure.kusto.kafka.connect.sink.KustoSinkConnector",
            "topics": workload.streams.map(\.topic).joined(separator: ","),
            // The mock broker's group coordinator now and then forgets one of two members that join together.
            "tasks.max": "1",
            "bootstrap.servers": broker.bootstrapServers,
            "kusto.ingestion.url": cluster.ingestURL,
            "kusto.query.url": cluster.engineURL,
            "aad.auth.authority": "demo-tenant",
            "aad.auth.appid": "demo",
            "aad.auth.appkey": "secret",
            "kusto.tables.topics.mapping": "[\(mappings.joined(separator: ", "))]",
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            "flush.interval.ms": "1000",
            "metrics.address": "off",
        ]
    }

    /// Waits until every table has its rows; `false` when the deadline passes first.
    private func arrival(in cluster: EmulatedCluster) async throws -> Bool {
        let end = ContinuousClock.now + Self.deadline
        while ContinuousClock.now < end {
            let isComplete = try workload.streams.allSatisfy { try cluster.rowCount($0.table) >= $0.rows }
            if isComplete { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    private func counts(_ cluster: EmulatedCluster) -> String {
        workload.streams.map { "\($0.table) \((try? cluster.rowCount($0.table)) ?? 0) of \($0.rows)" }.joined(
            separator: ", "
        )
    }
}
