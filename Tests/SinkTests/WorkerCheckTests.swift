import Daemon
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
        try await report(changes).items.problems
    }

    private func report(_ changes: [String: String?]) async throws -> CheckReport {
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
        let report = await worker.check()
        await adx.stop()
        return report
    }

    @Test("finds nothing wrong where nothing is")
    func good() async throws { #expect(try await problems([:]) == []) }

    @Test("shows a line for each thing that a start needs")
    func table() async throws {
        let report = try await report(["buffer.disk.bytes": "0"])
        #expect(report.exitError == nil)
        let lines = report.table.split(separator: "\n")
        for (mark, kind, part) in [
            ("✓", "configuration", "in order"), ("✓", "broker", kafka.bootstrapServers),
            ("✓", "topic", "a "), ("–", "group", "connect-s"), ("–", "dead-letter topic", "none is configured"),
            ("–", "registry", "no converter uses one"), ("✓", "ADX endpoint", adx.ingestURL),
            ("–", "database role", "only the token itself says who the identity is"), ("✓", "table", "D.A"),
            ("–", "directory", "not used: buffer.disk.bytes=0"),
        ] {
            #expect(
                lines.contains { $0.hasPrefix("\(mark) \(kind) ") && $0.contains(part) },
                "\(kind)\n\(report.table)"
            )
        }
    }

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

    @Test("names every store that cannot be read, each once, beside what else is wrong")
    func unreadableStores() async throws {
        let messages = try await problems([
            "security.protocol": "SSL", "bootstrap.servers": "127.0.0.1:1",
            "consumer.ssl.truststore.location": "/nowhere/t.p12", "consumer.ssl.keystore.location": "/etc",
            "consumer.ssl.keystore.password": "changeit", "consumer.override.debug": "abc",
            "errors.deadletterqueue.topic.name": "letters", "errors.deadletterqueue.security.protocol": "SSL",
            "errors.deadletterqueue.ssl.truststore.location": "/nowhere/q.jks", "errors.tolerance": "all",
        ]).map(\.message)
        for part in [
            "consumer.ssl.truststore.location: /nowhere/t.p12 cannot be read: there is no such file",
            "consumer.ssl.keystore.location: /etc is a directory", "consumer.override.debug",
            "errors.deadletterqueue.ssl.truststore.location: /nowhere/q.jks cannot be read: there is no such file",
        ] {
            #expect(messages.count { $0.contains(part) } == 1, "\(part) in \(messages)")
        }
        #expect(messages.count == 4, "\(messages)")
    }

    @Test("asks Kafka when only a dead-letter queue's store cannot be read")
    func unreadableQueueStore() async throws {
        kafka.setFailure(of: "a", to: .unknown)
        let messages = try await problems([
            "misc.deadletterqueue.topic.name": "letters", "misc.deadletterqueue.bootstrap.servers": "127.0.0.1:1",
            "misc.deadletterqueue.security.protocol": "SSL",
            "misc.deadletterqueue.ssl.truststore.location": "/nowhere/q.jks",
        ]).map(\.message)
        #expect(messages.contains { $0.contains("topic a does not exist") }, "\(messages)")
        #expect(messages.contains { $0.contains("/nowhere/q.jks cannot be read") } && messages.count == 2)
    }

    @Test("names files of Kerberos that cannot be read, and different ones that one process cannot have")
    func kerberosFiles() async throws {
        let entry = "com.sun.security.auth.module.Krb5LoginModule required "
        let messages = try await problems([
            "bootstrap.servers": "127.0.0.1:1", "consumer.security.protocol": "SASL_PLAINTEXT",
            "consumer.sasl.mechanism": "GSSAPI", "consumer.sasl.kerberos.service.name": "kafka",
            "consumer.sasl.jaas.config": entry + "useKeyTab=true keyTab=\"/nowhere/k.tab\" principal=\"me@R\";",
            "java.security.krb5.conf": "/nowhere/krb5.conf",
        ]).map(\.message)
        #expect(messages.contains { $0.hasPrefix("java.security.krb5.conf: /nowhere/krb5.conf cannot be read") })
        #expect(
            messages.contains { $0.hasPrefix("consumer.sasl.jaas.config: the keytab /nowhere/k.tab cannot be read") },
            "\(messages)"
        )
    }
}
