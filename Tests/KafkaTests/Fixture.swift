import Kafka
import Logging

/// A mock cluster with a topic, and clients of it.
struct Fixture {
    static let logger = Logger(label: "test", sink: MemoryLogSink())
    let cluster: KafkaMockCluster
    let topic = "events"

    init(partitions: Int = 4, brokers: Int = 1) throws {
        cluster = try KafkaMockCluster(brokers: brokers)
        try cluster.createTopic(topic, partitions: partitions)
    }

    func member(_ group: String = "g", _ more: [String: String] = [:]) throws -> GroupMember {
        let base = [
            "bootstrap.servers": cluster.bootstrapServers, "group.id": group, "enable.auto.commit": "false",
            "enable.auto.offset.store": "false", "session.timeout.ms": "6000",
            "partition.assignment.strategy": "cooperative-sticky",
            // As the worker has it; without it libraries since 2.2 wait a second where the queue was full.
            "fetch.queue.backoff.ms": "10",
        ]
        return try GroupMember(
            configuration: KafkaClientConfiguration(
                base.merging(more) { $1 },
                optionalNames: ["fetch.queue.backoff.ms"]
            ),
            logger: Self.logger
        )
    }

    func producer() throws -> KafkaProducer {
        try KafkaProducer(
            configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers]),
            logger: Self.logger
        )
    }

    /// A connection outside any group.
    func connection() throws -> ClusterConnection {
        try ClusterConnection(
            configuration: KafkaClientConfiguration(["bootstrap.servers": cluster.bootstrapServers]),
            logger: Self.logger
        )
    }

    /// Polls until `isDone`, taking every assignment that comes and giving back what is revoked.
    static func poll(
        _ member: inout GroupMember,
        seconds: Double = 120,
        from starts: [TopicPartition: Int64] = [:],
        onMessages: (ReceivedMessages) -> Void = { _ in },
        onEvent: (GroupMemberEvent) -> Void = { _ in },
        until isDone: (inout GroupMember) throws -> Bool
    ) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try !isDone(&member) {
            guard ContinuousClock.now < deadline else { return false }
            let (messages, events) = try member.poll(maximumMessages: 100, timeout: .milliseconds(50))
            for event in events {
                switch event {
                case .assigned(let partitions):
                    let beginnings = try beginnings(of: partitions, member)
                    try member.assign(partitions, at: beginnings.merging(starts) { $1 })
                case .revoked(let partitions), .lost(let partitions): try member.unassign(partitions)
                default: break
                }
                onEvent(event)
            }
            if let messages { onMessages(messages) }
        }
        return true
    }

    /// Where the group goes on: at what it has committed, or at a partition's first record.
    static func beginnings(
        of partitions: [TopicPartition],
        _ member: borrowing GroupMember
    ) throws -> [TopicPartition: Int64] {
        let first = try member.offsets.watermarks(partitions, timeout: .seconds(60)).mapValues(\.low)
        let committed = try member.offsets.committed(partitions, timeout: .seconds(60)).mapValues(\.offset)
        return first.merging(committed) { $1 }
    }
}
