import Kafka
import Testing

@Suite("A connection outside any group", .timeLimit(.minutes(5)))
struct ClusterConnectionTests {
    @Test("says that no broker answers, within its time")
    func reportsUnreachableBrokers() throws {
        let connection = try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": "127.0.0.1:1"]),
            logger: Fixture.logger
        )
        let error = #expect(throws: KafkaError.self) { try connection.topics(timeout: .milliseconds(500)) }
        #expect(error?.isRetriable == true)
    }

    @Test("tells a topic that does not exist from one that is not ready and one that is not allowed")
    func describesTopics() throws {
        let fixture = try Fixture()
        for name in ["late", "closed", "gone"] { try fixture.cluster.createTopic(name, partitions: 1) }
        fixture.cluster.setFailure(of: "late", to: .leaderNotAvailable)
        fixture.cluster.setFailure(of: "closed", to: .authorization)
        fixture.cluster.setFailure(of: "gone", to: .unknown)
        let connection = try fixture.connection()
        func error(_ topic: String) throws -> KafkaError? {
            let answer = try connection.topics([topic], timeout: .seconds(60))[topic]
            return if case .failure(let error) = answer { error } else { nil }
        }
        #expect(try connection.topics(timeout: .seconds(60))[fixture.topic]?.get() == 4)
        #expect(try error("late")?.isRetriable == true)
        #expect(try error("closed")?.code == .authorization)
        #expect(try error("gone")?.code == .unknownTopic)
        fixture.cluster.setFailure(of: "late", to: nil)
        #expect(try error("late") == nil)
    }

    @Test("refuses a cluster that names more brokers than wanted: the library would have a thread for each")
    func tooManyBrokers() throws {
        let cluster = try KafkaMockCluster(brokers: 3)
        try cluster.createTopic("t", partitions: 1)
        func connection(_ limit: Int) throws -> ClusterConnection {
            try ClusterConnection(
                configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers]),
                logger: Fixture.logger,
                brokerLimit: limit
            )
        }
        #expect(try connection(3).leaders(of: ["t"], timeout: .seconds(60))["t"]?.get().count == 1)
        #expect(try connection(3).topics(timeout: .seconds(60))["t"]?.get() == 1)
        for names in [["t"], nil] as [Set<String>?] {
            let error = #expect(throws: KafkaError.self) {
                try connection(2).leaders(of: names, timeout: .seconds(60))
            }
            #expect(error?.code == .tooManyBrokers && error?.isRetriable == false)
        }
        let error = #expect(throws: KafkaError.self) { try connection(2).topics(timeout: .seconds(60)) }
        #expect(error?.message.contains("names 3 brokers") == true)
    }

    @Test("knows what a group does only from who says it, and that it has no members only when all have answered")
    func groupListing() {
        let groups: [String: KafkaGroups.State?] = ["busy": .rebalancing, "silent": nil]
        let complete = KafkaGroups.Listing(groups: groups, isComplete: true)
        #expect(complete.state(of: "busy") == .rebalancing && complete.state(of: "other") == .empty)
        #expect(complete.state(of: "silent") == nil)
        let partial = KafkaGroups.Listing(groups: groups, isComplete: false)
        #expect(partial.state(of: "busy") == .rebalancing && partial.state(of: "other") == nil)
        #expect(partial.state(of: "silent") == nil)
    }

    @Test("reads what groups have committed, and joins none of them")
    func readsGroups() throws {
        let fixture = try Fixture(partitions: 2)
        try fixture.producer().sendAll(
            (0..<10).map { KafkaRecord(topic: fixture.topic, partition: 0, value: Array("\($0)".utf8)) },
            timeout: .seconds(60)
        )
        let both = (0..<2).map { TopicPartition(topic: fixture.topic, partition: $0) }
        var member = try fixture.member("busy")
        try member.subscribe(to: [fixture.topic])
        var held: Set<TopicPartition> = []
        let isAssigned = try Fixture.poll(
            &member,
            onEvent: { if case .assigned(let partitions) = $0 { held.formUnion(partitions) } },
            until: { held.count == 2 && $0.mayCommit }
        )
        #expect(isAssigned)
        let committed = CommittedOffset(4, metadata: "batch 7")
        try member.commit([both[0]: committed], mode: .sync(deadline: .seconds(60)))
        let connection = try fixture.connection()
        let readers = (0..<1000).map { OffsetReader(connection, group: $0 == 0 ? "busy" : "idle-\($0)") }
        #expect(try readers[0].committed(both, timeout: .seconds(60)) == [both[0]: committed])
        #expect(try readers[999].committed(both, timeout: .seconds(60)) == [:])
        let ends = try readers[0].watermarks(both, timeout: .seconds(60))
        #expect(ends[both[0]]?.high == 10 && ends[both[1]]?.high == 0)
        // None of the readers has joined the group, so the member keeps what it has.
        for event in try member.poll(maximumMessages: 1, timeout: .seconds(1)).events {
            switch event {
            case .assigned, .revoked, .lost: Issue.record("the group changed: \(event)")
            default: break
            }
        }
        member.close(timeout: .seconds(5))
    }
}
