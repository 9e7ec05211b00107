internal import Kafka
internal import Logging

/// How log lines and failures describe partitions and the client's errors.
enum GroupWords {
    /// Partitions for a log line: `orders: 0-5, 9; telemetry: 0`, and how many there are.
    static func list(_ partitions: [TopicPartition]) -> LogData {
        let topics = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
        var texts = topics.prefix(most).map { topic, partitions in "\(topic): \(ranges(partitions.map(\.partition)))" }
        if topics.count > most { texts.append("and \(topics.count - most) more topics") }
        return ["kafka.partitions": texts.joined(separator: "; "), "kafka.partitions.count": partitions.count]
    }

    /// The same with where each partition is read from: `orders-0@15 orders-1@0`.
    static func list(_ partitions: [TopicPartition], from positions: [TopicPartition: Int64]) -> LogData {
        let known = partitions.filter { positions[$0] != nil }.sorted {
            ($0.topic, $0.partition) < ($1.topic, $1.partition)
        }
        var texts = known.prefix(most).map { "\($0)@\(positions[$0] ?? 0)" }
        if known.count > most { texts.append("and \(known.count - most) more") }
        return list(partitions).merging(["kafka.positions": texts.joined(separator: " ")]) { $1 }
    }

    /// The most topics, partitions or ranges that a line names.
    private static let most = 20

    /// Numbers as few ranges: `0-5, 9`.
    private static func ranges(_ numbers: [Int32]) -> String {
        var ranges: [(lower: Int32, upper: Int32)] = []
        for number in numbers.sorted() {
            if let last = ranges.last, Int(last.upper) + 1 == Int(number) {
                ranges[ranges.count - 1].upper = number
            } else {
                ranges.append((number, number))
            }
        }
        var texts = ranges.prefix(most).map { $0 == $1 ? "\($0)" : "\($0)-\($1)" }
        if ranges.count > most { texts.append("…") }
        return texts.joined(separator: ", ")
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
