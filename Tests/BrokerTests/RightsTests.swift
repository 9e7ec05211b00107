import Foundation
import Kafka
import KafkaBroker
import Testing

/// A broker that asks everybody but its own listener's users for rights.
private enum GuardedBroker {
    static let listener = "SASL"

    /// Made once for the suite, and ended with the process.
    static let shared = Result {
        let login = "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"wonderland\";"
        return try KafkaBroker.own(
            listeners: [
                BrokerListener(
                    listener,
                    "SASL_PLAINTEXT",
                    ["sasl.enabled.mechanisms": "PLAIN", "plain.sasl.jaas.config": login]
                )
            ],
            properties: [
                "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users": "User:ANONYMOUS",
            ]
        )
    }
}

@Suite(
    "Rights at Kafka, checked before the first record",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn, "needs KAFKA_HOME"),
    .timeLimit(.minutes(10))
)
struct RightsTests {
    private let broker: KafkaBroker
    private let harness: SinkHarness
    private let letters: String

    init() throws {
        broker = try GuardedBroker.shared.get()
        harness = try SinkHarness("rights", partitions: 2, broker: broker)
        letters = "\(harness.topic)-letters"
        let client = KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers])
        try KafkaAdmin(configuration: client, logger: SinkHarness.logger).createTopic(letters, partitions: 1)
    }

    /// What makes a worker user `alice` of the broker, with a dead-letter topic.
    private var changes: [String: String?] {
        [
            "bootstrap.servers": broker.address(of: GuardedBroker.listener), "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "PLAIN", "sasl.username": "alice", "sasl.password": "wonderland",
            "consumer.override.security.protocol": "SASL_PLAINTEXT", "consumer.override.sasl.mechanism": "PLAIN",
            "consumer.override.sasl.username": "alice", "consumer.override.sasl.password": "wonderland",
            "errors.tolerance": "all", "errors.deadletterqueue.topic.name": letters,
            "errors.deadletterqueue.topic.replication.factor": "1", "startup.timeout.ms": "60000",
            "errors.deadletterqueue.security.protocol": "SASL_PLAINTEXT",
            "errors.deadletterqueue.sasl.mechanism": "PLAIN", "errors.deadletterqueue.sasl.username": "alice",
            "errors.deadletterqueue.sasl.password": "wonderland", "metrics.address": "127.0.0.1:0",
        ]
    }

    private func allow(_ arguments: [String]) async throws {
        try await KafkaTool.run(
            "kafka-acls.sh",
            ["--bootstrap-server", broker.bootstrapServers, "--add", "--allow-principal", "User:alice"] + arguments
        )
    }

    /// The commands that a line names, as a reader would run them.
    private func commands(in line: String) -> [[String]] {
        line.split(separator: "kafka-acls ").dropFirst().map { rest in
            let words = rest.prefix { $0 != ";" }.replacing(/'User:<the value of [^>]*>'/, with: "User:alice")
            return words.split(separator: " ").map(String.init)
        }
    }

    @Test("missing rights are told together, with commands that grant them, by check and by a start alike")
    func grants() async throws {
        try await allow(["--operation", "Describe", "--topic", harness.topic, "--topic", letters])
        let check = try harness.worker(changes, ["check"])
        #expect(try await check.exitCode(within: .seconds(120)) == 69, "\(check.output)")
        let start = try harness.worker(changes)
        #expect(try await start.exitCode(within: .seconds(120)) == 69, "\(start.output)")
        let last = start.output.last ?? ""
        let verdict = try #require(check.output.last?.dropFirst("kusto-sink-worker: ".count))
        #expect(last.contains(verdict), "\(verdict) in \(last)")
        let things = [
            ("✗ topic ", "--operation Read --topic \(harness.topic)"),
            ("✗ group ", "--operation Read --group connect-\(harness.topic)"),
            ("✗ dead-letter topic ", "--operation Write --topic \(letters)"),
        ]
        for (mark, command) in things {
            #expect(check.output.contains { $0.hasPrefix(mark) && $0.contains(command) }, "\(check.output)")
            #expect(last.contains(command), "\(command) in \(last)")
        }
        #expect(!(check.output + start.output).contains { $0.contains("wonderland") })
        let commands = commands(in: last)
        #expect(commands.count == 3, "\(last)")
        for command in commands {
            let place = try #require(command.firstIndex(of: "--bootstrap-server"))
            // An administrator has another way to the brokers.
            var command = command
            command[place + 1] = broker.bootstrapServers
            try await KafkaTool.run("kafka-acls.sh", command)
        }
        let good = try harness.worker(changes, ["check"])
        #expect(try await good.exitCode(within: .seconds(120)) == 0, "\(good.output)")
        for mark in ["✓ topic ", "✓ group ", "✓ dead-letter topic ", "✓ table ", "✓ metrics port "] {
            #expect(good.output.contains { $0.hasPrefix(mark) }, "\(mark) in \(good.output)")
        }
        try await harness.produce(0..<100)
        let worker = try harness.worker(changes)
        try await harness.arrival(of: 100, within: .seconds(120))
        // A member that is there is not disturbed by somebody who checks; the taken port is not the member's.
        let beside = try harness.worker(changes, ["check"])
        #expect(try await beside.exitCode(within: .seconds(120)) == 0, "\(beside.output)")
        worker.kill(SIGTERM)
        #expect(try await worker.exitCode(within: .seconds(120)) == 0, "\(worker.output)")
        #expect(worker.output.count { $0.contains("partitions assigned") } == 1, "\(worker.output)")
        #expect(try end(of: letters) == 0)
        await harness.close()
    }

    @Test("a topic that the user may not even see is told with the command, and the rest of the table is there")
    func hidden() async throws {
        let check = try harness.worker(changes, ["check", "--json"])
        #expect(try await check.exitCode(within: .seconds(120)) == 69, "\(check.output)")
        let line = try #require(check.output.first { $0.hasPrefix("{") })
        let report = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(report["exitCode"] as? Int == 69 && report["passes"] as? Bool == false)
        let items = try #require(report["items"] as? [[String: String]])
        let topic = items.first { $0["kind"] == "topic" }
        #expect(topic?["result"] == "failed")
        #expect(topic?["text"]?.contains("--operation Read --topic \(harness.topic)") == true, "\(items)")
        #expect(items.contains { $0["kind"] == "table" && $0["result"] == "passed" }, "\(items)")
        await harness.close()
    }

    @Test(
        "a password that the brokers refuse is told with the properties that hold it, for both clients, by check and start"
    )
    func refusedPasswords() async throws {
        let wrong = changes.merging([
            "consumer.override.sasl.password": "looking-glass", "errors.deadletterqueue.sasl.password": "looking-glass",
        ]) { $1 }
        for arguments in [["check"], []] {
            let worker = try harness.worker(wrong, arguments)
            #expect(try await worker.exitCode(within: .seconds(120)) == 69, "\(worker.output)")
            let last = worker.output.last ?? ""
            for part in [
                "(PLAIN)", "check consumer.override.sasl.username and consumer.override.sasl.password",
                "check errors.deadletterqueue.sasl.username and errors.deadletterqueue.sasl.password",
            ] {
                #expect(last.contains(part), "\(part) in \(last)")
            }
            #expect(!worker.output.contains { $0.contains("looking-glass") })
            if arguments.isEmpty { continue }
            #expect(
                worker.output.contains { $0.hasPrefix("– group ") && $0.contains("not asked for") },
                "\(worker.output)"
            )
        }
        await harness.close()
    }

    private func end(of topic: String) throws -> Int64 {
        let connection = try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": broker.bootstrapServers]),
            logger: SinkHarness.logger
        )
        let partition = TopicPartition(topic: topic, partition: 0)
        let marks = try OffsetReader(connection, group: "none").watermarks([partition], timeout: .seconds(30))
        return try #require(marks[partition]).high
    }
}
