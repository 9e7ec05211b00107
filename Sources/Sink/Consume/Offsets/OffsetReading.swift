internal import Kafka

/// What the search for positions asks Kafka; every call blocks, at most twice its timeout.
protocol OffsetReading: Sendable {
    /// Returns the group's committed offsets; partitions without one are left out.
    func committed(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset]

    /// Returns where partitions begin and end; those whose leader does not answer are left out.
    func watermarks(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: (low: Int64, high: Int64)]

    /// Returns how many partitions topics have; those that the cluster does not know are left out.
    func partitionCounts(timeout: Duration) throws(KafkaError) -> [String: Int]
}
