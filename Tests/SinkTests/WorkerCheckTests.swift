import Kafka
import KustoEmulator
import Metrics
import SinkConfiguration
import Testing

@testable import Sink

private struct NoObserver: PipelineObserver {
    func taskTurned(_ task: Int) {}
    func taskJoined(_ task: Int) {}
    func taskEnded(_ task: Int) {}
}

@Suite("A worker's check", .serialized, .timeLimit(.minutes(3)))
struct WorkerCheckTests {
    private let kafka: KafkaMockCluster
    private let adx: EmulatedCluster

    init() throws {
        kafka = try KafkaMockCluster()
        try kafka.createTopic("a", partitions: 1)
        adx = try EmulatedCluster(
            configuration: EmulatedClusterConfiguration(
                splitsEndpoints: true,
                databases: ["D"],
                setupCommands: [".create table A (id: long, body: string)"],
                authentication: AuthenticationPolicy(staticTokens: ["t"])
            ),
            logger: StartupSamples.logger
        )
        try adx.start()
    }

    private func problems(_ changes: [String: String?]) async throws -> [StartupProblem] {
        let places: [String: String?] = [
            "bootstrap.servers": kafka.bootstrapServers, "kusto.ingestion.url": adx.ingestURL,
            "kusto.query.url": adx.engineURL,
            // Nothing here is to run out of time, however busy the machine is with other tests.
            "startup.timeout.ms": "120000",
        ]
        let worker = SinkWorker(
            settings: try StartupSamples.settings(places.merging(changes) { $1 }),
            registry: MetricsRegistry(),
            observer: NoObserver(),
            logger: StartupSamples.logger
        )
        let problems = await worker.check()
        await adx.stop()
        return problems
    }

    @Test("finds nothing wrong where nothing is")
    func good() async throws { #expect(try await problems([:]) == []) }

    @Test("tells that the two addresses of ADX are swapped")
    func swappedAddresses() async throws {
        let (engine, ingestion) = (adx.engineURL, adx.ingestURL)
        let messages = try await problems([
            "kusto.ingestion.url": engine, "kusto.query.url": ingestion,
            // ADX says that this error is temporary, so it is asked again until the time is over. Kafka has to answer
            // within this time, too.
            "startup.timeout.ms": "12000",
        ]).map(\.message)
        #expect(messages.count == 1, "\(messages)")
        let message = try #require(messages.first)
        #expect(
            message.hasPrefix("kusto.ingestion.url=\(engine): ") && message.contains("most likely '\(ingestion)'"),
            "\(message)"
        )
    }

    @Test("tells what cannot be opened together with what ADX and Kafka do not have")
    func everything() async throws {
        kafka.setFailure(of: "a", to: .unknown)
        let messages = try await problems([
            "tempdir.path": "/proc/nowhere",
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'Nothing','format':'csv'}]",
        ]).map(\.message)
        for part in ["tempdir.path=/proc/nowhere", "topic a does not exist", "table Nothing does not exist"] {
            #expect(messages.count { $0.contains(part) } == 1, "\(part) in \(messages)")
        }
    }

    @Test("asks ADX when a property keeps the consumer from being made")
    func refusedConsumer() async throws {
        let messages = try await problems([
            "consumer.override.debug": "abc",
            "kusto.tables.topics.mapping": "[{'topic':'a','db':'D','table':'Nothing','format':'csv'}]",
        ]).map(\.message)
        #expect(messages.count == 2, "\(messages)")
        #expect(messages.first?.contains("consumer.override.debug") == true)
        #expect(messages.last?.contains("table Nothing does not exist") == true)
    }

    @Test("names the property that keeps the consumer from being made")
    func refusedFile() async throws {
        let messages = try await problems([
            "security.protocol": "SSL", "consumer.ssl.ca.location": "/nowhere.pem", "bootstrap.servers": "127.0.0.1:1",
        ]).map(\.message)
        #expect(messages.count == 1 && messages[0].hasPrefix("consumer.ssl.ca.location: "), "\(messages)")
    }

    @Test(
        "leaves Kafka out while its security is not supported yet",
        arguments: [
            [
                "security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER",
                "sasl.jaas.config":
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required oauth.access.token=\"t\";",
            ],
            ["consumer.ssl.truststore.location": "/t.jks", "security.protocol": "SSL"],
        ]
    )
    func unsupportedSecurity(changes: [String: String]) async throws {
        let changes = changes.mapValues { Optional($0) }.merging(["bootstrap.servers": "127.0.0.1:1"]) { $1 }
        #expect(try await problems(changes) == [])
    }

    @Test("asks Kafka when only a dead-letter queue's security is not supported yet")
    func unsupportedQueue() async throws {
        kafka.setFailure(of: "a", to: .unknown)
        let messages = try await problems(["producer.override.ssl.keystore.location": "/k.jks"]).map(\.message)
        #expect(messages.count == 1 && messages[0].contains("topic a does not exist"), "\(messages)")
    }
}
