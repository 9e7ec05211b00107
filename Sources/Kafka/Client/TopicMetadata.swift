internal import CRdKafka

/// Reads what the cluster says of its topics.
enum TopicMetadata {
    /// Returns how many partitions each topic has; blocks at most `timeout`.
    /// - Throws: ``KafkaError``.
    static func read(_ client: ClientHandle, timeout: Duration) throws(KafkaError) -> [String: Int] {
        var counts: [String: Int] = [:]
        unsafe try withMetadata(client, timeout: timeout) { metadata in
            for index in 0..<(unsafe Int(metadata.topic_cnt)) {
                let topic = unsafe metadata.topics[index]
                guard unsafe topic.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
                unsafe counts[String(cString: topic.topic)] = Int(topic.partition_cnt)
            }
        }
        return counts
    }

    /// Returns one of the given partitions for each broker that leads any of them.
    /// - Throws: ``KafkaError``.
    static func onePerLeader(
        _ client: ClientHandle,
        of wanted: Set<TopicPartition>,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition] {
        var chosen: [Int32: TopicPartition] = [:]
        let topics = Set(wanted.map(\.topic))
        unsafe try withMetadata(client, timeout: timeout) { metadata in
            for index in 0..<(unsafe Int(metadata.topic_cnt)) {
                let topic = unsafe metadata.topics[index]
                let name = unsafe String(cString: topic.topic)
                guard topics.contains(name) else { continue }
                for number in 0..<(unsafe Int(topic.partition_cnt)) {
                    let partition = unsafe topic.partitions[number]
                    let candidate = unsafe TopicPartition(topic: name, partition: partition.id)
                    if unsafe partition.leader >= 0, wanted.contains(candidate) {
                        unsafe chosen[partition.leader] = candidate
                    }
                }
            }
        }
        return Array(chosen.values)
    }

    private static func withMetadata(
        _ client: ClientHandle,
        timeout: Duration,
        _ body: (rd_kafka_metadata) -> Void
    ) throws(KafkaError) {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            unsafe rd_kafka_metadata(client.pointer, 1, nil, &metadata, timeout.milliseconds),
            "cannot read the cluster's metadata"
        )
        guard let metadata = unsafe metadata else { return }
        defer { unsafe rd_kafka_metadata_destroy(metadata) }
        unsafe body(metadata.pointee)
    }
}
