import Foundation
import Kafka
import KafkaBroker
import Testing

@Suite(
    "Creating topics on a real broker",
    .serialized,
    .enabled(if: KafkaBroker.isAvailable, "needs KAFKA_HOME"),
    .timeLimit(.minutes(5))
)
struct AdminBrokerTests {
    private func producer(_ topic: BrokerTopic, _ more: [String: String] = [:]) throws -> KafkaProducer {
        var configuration = topic.configuration
        configuration.values.merge(more) { $1 }
        return try KafkaProducer(configuration: configuration, logger: Fixture.logger)
    }

    @Test("takes the brokers' default of replicas, once and again, through a producer")
    func creation() throws {
        let topic = try BrokerTopic("admin")
        let admin = KafkaAdmin(try producer(topic))
        let name = "\(topic.name)-made"
        #expect(try admin.topics(timeout: .seconds(30))[name] == nil)
        for _ in 0..<2 { try admin.createTopic(name, partitions: 1, replicationFactor: -1) }
        let deadline = ContinuousClock.now + .seconds(30)
        while try admin.topics(timeout: .seconds(30))[name] == nil, ContinuousClock.now < deadline {}
        #expect(try admin.topics(timeout: .seconds(30))[name]?.get() == 1)
        #expect(try admin.topic(name, timeout: .seconds(30)).get() == 1)
    }

    @Test("says why when there are fewer brokers than replicas")
    func replicas() throws {
        let topic = try BrokerTopic("admin-replicas")
        let error = #expect(throws: KafkaError.self) {
            try KafkaAdmin(producer(topic)).createTopic("\(topic.name)-x", partitions: 1, replicationFactor: 3)
        }
        #expect(error?.name == "INVALID_REPLICATION_FACTOR", "\(error?.message ?? "")")
    }

    @Test("a record that the topic does not take is told apart from other failures")
    func tooLarge() async throws {
        let topic = try BrokerTopic("small", settings: ["max.message.bytes": "2000"])
        let producer = try producer(topic, ["message.max.bytes": "1000000000", "enable.idempotence": "true"])
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send(KafkaRecord(topic: topic.name, value: [UInt8](repeating: 7, count: 5000)))
        }
        #expect(error?.code == .messageTooLarge, "\(error?.message ?? "")")
        try await producer.send(KafkaRecord(topic: topic.name, value: [1]))
    }
}
