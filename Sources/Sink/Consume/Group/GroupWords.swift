internal import Kafka
internal import Logging

/// How log lines and failures describe partitions and the client's errors.
enum GroupWords {
    /// The names of partitions for a log line, at most twenty.
    static func list(_ partitions: [TopicPartition]) -> LogData {
        let names = partitions.prefix(20).map { "\($0.topic)-\($0.partition)" }.joined(separator: ",")
        return ["kafka.partitions": partitions.count > 20 ? names + ",…" : names, "count": String(partitions.count)]
    }

    /// One partition for a log line.
    static func place(_ partition: TopicPartition) -> LogData {
        ["kafka.topic": partition.topic, "kafka.partition": partition.partition]
    }

    /// The failure with which the worker stops after an error of the client.
    static func failure(_ error: KafkaError) -> SinkFailure {
        let remedy: String? =
            switch error.code {
            case .authorization: "grant the user the right to read the topic and the group"
            case .authentication: "check security.protocol, the sasl.* and ssl.* properties"
            case .fenced: "give every member a group.instance.id of its own"
            default: nil
            }
        return SinkFailure(.kafka, remedy.map { "\(error.message); \($0)" } ?? error.message)
    }

    /// The failure when the group has no offset and the worker may not choose one.
    static func noOffset(_ partition: TopicPartition, at offset: Int64? = nil) -> SinkFailure {
        let what = offset.map { "offset \($0) is not in its log any more" } ?? "the group has no offset there"
        return SinkFailure(
            .kafka,
            "cannot read \(partition): \(what), and auto.offset.reset=none does not let the worker choose one; set "
                + "consumer.override.auto.offset.reset to earliest or latest, or give the group an offset"
        )
    }

    /// The failure when Kafka's copy of records is broken.
    static func corrupt(_ partition: TopicPartition, at offset: Int64?, group: String, _ error: KafkaError)
        -> SinkFailure
    {
        let place = "topic \(partition.topic) partition \(partition.partition)"
        return SinkFailure(
            .corruptRecords,
            "\(place) cannot be read\(offset.map { " at offset \($0)" } ?? ""): \(error.message); nothing is passed over, "
                + "and a restart stops at the same place. Restore the records from a replica, or pass them on purpose: "
                + "while no worker of the group runs, kafka-consumer-groups.sh --group \(group) --topic "
                + "\(partition.topic):\(partition.partition) --reset-offsets --to-offset <the first offset after them> "
                + "--execute"
        )
    }
}
