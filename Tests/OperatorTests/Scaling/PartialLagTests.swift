import Kafka
import Logging
import SinkConfiguration
import Testing

@testable import Operator

@Suite("Reading lag from a cluster that answers in part", .timeLimit(.minutes(10)))
struct PartialLagTests {
    private func read(
        _ cluster: KafkaMockCluster,
        topics: [String]
    ) throws -> Result<GroupLag, LagError>? {
        let first = cluster.bootstrapServers.split(separator: ",").first.map(String.init) ?? ""
        let client = try KafkaLagCluster(
            LagConnection.sample(first).cluster,
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        let request = LagRequest(
            key: SinkKey(namespace: "data", name: "sink"),
            group: "g",
            topics: topics,
            startsAtBeginning: true
        )
        return client.read([request], until: .now + .seconds(60)) { false }[request.key]
    }

    @Test("a topic that is gone is named, and the others are read")
    func goneTopic() throws {
        let cluster = try KafkaMockCluster()
        for name in ["kept", "gone"] { try cluster.createTopic(name, partitions: 2) }
        cluster.setFailure(of: "gone", to: .unknown)
        let lag = try #require(try read(cluster, topics: ["kept", "gone"])?.get())
        #expect(lag.partitions.map(\.topic) == ["kept", "kept"] && lag.unknownPartitions == 0)
        #expect(lag.unknownTopics.count == 1 && lag.unknownTopics[0].contains("gone"))
        guard case .failure(let error)? = try read(cluster, topics: ["gone"]) else {
            Issue.record("a sink of one topic that is gone has a lag")
            return
        }
        #expect(error.message.contains("gone"))
    }

    @Test("brokers that do not say what groups do leave that open, and the lag is read")
    func unstatedGroup() throws {
        // This broker answers no request for a list of groups.
        let cluster = try KafkaMockCluster()
        try cluster.createTopic("t", partitions: 1)
        let lag = try #require(try read(cluster, topics: ["t"])?.get())
        #expect(lag.partitions.count == 1 && lag.isStable == nil)
    }

    @Test("a cluster that names very many brokers is refused for long")
    func manyBrokers() throws {
        let cluster = try KafkaMockCluster(brokers: LagConnection.brokerLimit + 1)
        try cluster.createTopic("t", partitions: 1)
        guard case .failure(let error)? = try read(cluster, topics: ["t"]) else {
            Issue.record("the cluster was not refused")
            return
        }
        #expect(error.isLasting && error.message.contains("201 brokers"))
    }
}
