import Kafka
import KafkaBroker
import Testing

@Suite(
    "Rights at a real broker",
    .serialized,
    .enabled(if: KafkaBroker.canBeOwn && GeneratedKeys.areAvailable, "needs KAFKA_HOME and openssl"),
    .timeLimit(.minutes(5))
)
struct AccessBrokerTests {
    @Test("that a user does not have are told with the topic and the group")
    func denied() async throws {
        let rig = try SecuredBroker.shared()
        let (closed, open) = (try rig.topic("closed"), try rig.topic("open"))
        try await KafkaTool.run(
            "kafka-acls.sh",
            [
                "--bootstrap-server", rig.broker.bootstrapServers, "--add", "--allow-principal", "User:carol",
                "--operation", "Read", "--topic", open,
            ]
        )
        let configuration = rig.password("PLAIN", "PLAIN", user: "carol")
        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        let topics = try connection.topics([closed, open], timeout: .seconds(60))
        #expect(try topics[open]?.get() == 1)
        let refusal = #expect(throws: KafkaError.self) { try topics[closed]?.get() }
        #expect(refusal?.code == .authorization && refusal?.isRetriable == false)
        #expect(refusal?.message.contains("topic \(closed): the brokers do not give this user the right") == true)

        // The group of one who may read the topic.
        let group = "g-\(open)"
        let offsets = OffsetReader(connection, group: group)
        let partition = TopicPartition(topic: open, partition: 0)
        let error = #expect(throws: KafkaError.self) { try offsets.committed([partition], timeout: .seconds(10)) }
        #expect(error?.code == .authorization, "\(error?.message ?? "")")
        #expect(error?.message.contains(group) == true)
        var member = try SecuredBroker.member(configuration, group: group)
        try member.subscribe(to: [open])
        var told: KafkaError?
        let isTold = try Fixture.poll(
            &member,
            onEvent: { if case .error(let error) = $0, error.code == .authorization { told = error } },
            until: { _ in told != nil }
        )
        #expect(isTold)
        #expect(told?.message.contains("consumer group \(group): the brokers do not give this user the right") == true)
        member.close(timeout: .seconds(1))

        // A topic that may not be read, and one that may not be written.
        var other = try SecuredBroker.member(rig.password("PLAIN", "PLAIN", user: "carol"), group: "g-\(closed)")
        try other.subscribe(to: [closed])
        var ofTopic: KafkaError?
        #expect(
            try Fixture.poll(
                &other,
                onEvent: { event in
                    switch event {
                    case .topicError(closed, let error): ofTopic = error
                    case .error(let error) where error.code == .authorization: ofTopic = error
                    default: break
                    }
                },
                until: { _ in ofTopic != nil }
            )
        )
        #expect(ofTopic?.code == .authorization, "\(ofTopic?.message ?? "")")
        other.close(timeout: .seconds(1))
        let written = await #expect(throws: KafkaError.self) {
            try await KafkaProducer(configuration: configuration, logger: Fixture.logger).send(
                KafkaRecord(topic: open, partition: 0, value: [1])
            )
        }
        #expect(written?.code == .authorization, "\(written?.message ?? "")")
    }

    @Test("are found out without becoming a member or writing anything")
    func probes() async throws {
        let rig = try SecuredBroker.shared()
        let (closed, open) = (try rig.topic("closed"), try rig.topic("open"))
        let group = "g-\(open)"
        for (operation, kind, name) in [
            ("Read", "--topic", open), ("Write", "--topic", open), ("Describe", "--topic", closed),
            ("Read", "--group", group),
        ] {
            try await KafkaTool.run(
                "kafka-acls.sh",
                [
                    "--bootstrap-server", rig.broker.bootstrapServers, "--add", "--allow-principal", "User:carol",
                    "--operation", operation, kind, name,
                ]
            )
        }
        let configuration = rig.password("PLAIN", "PLAIN", user: "carol")
        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        let topics = try connection.topics([closed, open], timeout: .seconds(60))
        #expect(topics.values.allSatisfy { (try? $0.get()) == 1 })
        let producer = try KafkaProducer(configuration: configuration, logger: Fixture.logger)
        let verdicts = await OwnThread.run {
            let read = connection.mayRead([closed, open], group: group, timeout: .seconds(60))
            return (
                read[open], read[closed],
                connection.mayJoin(group, topic: open, timeout: .seconds(60)),
                connection.mayJoin("\(group)-other", topic: open, timeout: .seconds(60)),
                producer.mayWrite(to: open, timeout: .seconds(60)),
                producer.mayWrite(to: closed, timeout: .seconds(60)),
                // A stop ends the wait.
                producer.mayWrite(to: open, timeout: .seconds(600)) { false }
            )
        }
        func isRefused(_ verdict: AccessVerdict?) -> Bool {
            if case .refused(let error) = verdict { error.code == .authorization } else { false }
        }
        #expect(verdicts.0 == .allowed && isRefused(verdicts.1))
        #expect(verdicts.2 == .allowed && isRefused(verdicts.3))
        #expect(verdicts.4 == .allowed && isRefused(verdicts.5))
        if case .unknown = verdicts.6 {} else { Issue.record("\(verdicts.6)") }
        let partition = TopicPartition(topic: open, partition: 0)
        let ends = try OffsetReader(connection, group: group).watermarks([partition], timeout: .seconds(60))
        #expect(ends[partition]?.high == 0)
    }

    @Test("are not asked for by a client that nobody can tell from others")
    func nobody() async throws {
        let rig = try SecuredBroker.shared()
        let topic = try rig.topic("nobody")
        let configuration = rig.configuration("PLAINTEXT", [:])
        let connection = try ClusterConnection(configuration: configuration, logger: Fixture.logger)
        let producer = try KafkaProducer(configuration: configuration, logger: Fixture.logger)
        let unasked = AccessVerdict.unasked("the client does not sign in")
        #expect(connection.mayJoin("g", topic: topic, timeout: .seconds(60)) == unasked)
        #expect(connection.mayRead([topic], group: "g", timeout: .seconds(60)) == [topic: unasked])
        #expect(producer.mayWrite(to: topic, timeout: .seconds(60)) == unasked)
    }
}
