internal import CRdKafka

/// Reads what the cluster says about its topics.
enum TopicMetadata {
    /// What the cluster says about topics by name: how many partitions, or why it does not say.
    typealias Answer = [String: Result<Int, KafkaError>]

    /// Asks for all topics that this user may see; blocks at most `timeout`.
    /// - Throws: ``KafkaError``.
    static func read(
        _ client: ClientHandle,
        timeout: Duration,
        brokerLimit: Int = .max
    ) throws(KafkaError) -> Answer {
        var answer: Answer = [:]
        unsafe try withMetadata(client, timeout: timeout, brokerLimit: brokerLimit) {
            unsafe collect($0, into: &answer)
        }
        return answer
    }

    /// Asks for one topic by name, so that the cluster also says when it is unknown or not allowed.
    /// - Throws: ``KafkaError``.
    static func read(
        _ client: ClientHandle,
        topic name: String,
        timeout: Duration
    ) throws(KafkaError) -> Result<Int, KafkaError> {
        guard let topic = unsafe rd_kafka_topic_new(client.pointer, name, nil) else {
            throw KafkaError(rd_kafka_last_error(), "cannot ask for topic \(name)")
        }
        defer { unsafe rd_kafka_topic_destroy(topic) }
        var answer: Answer = [:]
        unsafe try withMetadata(client, of: topic, timeout: timeout) { unsafe collect($0, into: &answer) }
        return answer[name] ?? .failure(KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "topic \(name)"))
    }

    /// Asks who leads the partitions of all topics, or of one; blocks at most `timeout`.
    /// - Throws: ``KafkaError``.
    static func leaders(
        _ client: ClientHandle,
        topic name: String? = nil,
        timeout: Duration,
        brokerLimit: Int = .max
    ) throws(KafkaError) -> [String: TopicLeaders] {
        var topic: OpaquePointer?
        if let name {
            unsafe topic = rd_kafka_topic_new(client.pointer, name, nil)
            guard unsafe topic != nil else { throw KafkaError(rd_kafka_last_error(), "cannot ask for topic \(name)") }
        }
        defer { if let topic = unsafe topic { unsafe rd_kafka_topic_destroy(topic) } }
        var leaders: [String: TopicLeaders] = [:]
        unsafe try withMetadata(client, of: topic, timeout: timeout, brokerLimit: brokerLimit) { metadata in
            for index in 0..<(unsafe Int(metadata.topic_cnt)) {
                let topic = unsafe metadata.topics[index]
                let name = unsafe String(cString: topic.topic)
                guard unsafe topic.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    leaders[name] = .failure(KafkaError(unsafe topic.err, "topic \(name)"))
                    continue
                }
                var brokers = [Int32?](repeating: nil, count: unsafe Int(topic.partition_cnt))
                for number in brokers.indices {
                    let partition = unsafe topic.partitions[number]
                    let place = unsafe Int(partition.id)
                    if brokers.indices.contains(place), unsafe partition.leader >= 0 {
                        brokers[place] = unsafe partition.leader
                    }
                }
                leaders[name] = .success(brokers)
            }
        }
        if let name, leaders[name] == nil {
            leaders[name] = .failure(KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "topic \(name)"))
        }
        return leaders
    }

    /// Returns where the cluster says that its brokers are, by their numbers.
    /// - Throws: ``KafkaError``.
    static func brokers(
        _ client: ClientHandle,
        timeout: Duration,
        brokerLimit: Int = .max
    ) throws(KafkaError) -> [BrokerAddress] {
        var brokers: [(id: Int32, address: BrokerAddress)] = []
        unsafe try withMetadata(client, timeout: timeout, brokerLimit: brokerLimit) { metadata in
            for index in 0..<(unsafe Int(metadata.broker_cnt)) {
                let broker = unsafe metadata.brokers[index]
                guard let host = unsafe broker.host else { continue }
                let address = unsafe BrokerAddress(host: String(cString: host), port: Int(broker.port))
                brokers.append((unsafe broker.id, address))
            }
        }
        return brokers.sorted { $0.id < $1.id }.map(\.address)
    }

    private static func collect(_ metadata: rd_kafka_metadata, into answer: inout Answer) {
        for index in 0..<(unsafe Int(metadata.topic_cnt)) {
            let topic = unsafe metadata.topics[index]
            let name = unsafe String(cString: topic.topic)
            answer[name] =
                unsafe topic.err == RD_KAFKA_RESP_ERR_NO_ERROR
                ? .success(unsafe Int(topic.partition_cnt)) : .failure(KafkaError(unsafe topic.err, "topic \(name)"))
        }
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
        of topic: OpaquePointer? = nil,
        timeout: Duration,
        brokerLimit: Int = .max,
        _ body: (rd_kafka_metadata) -> Void
    ) throws(KafkaError) {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            unsafe rd_kafka_metadata(client.pointer, topic == nil ? 1 : 0, topic, &metadata, timeout.milliseconds),
            "cannot read the cluster's metadata"
        )
        guard let metadata = unsafe metadata else { return }
        defer { unsafe rd_kafka_metadata_destroy(metadata) }
        let brokers = unsafe Int(metadata.pointee.broker_cnt)
        guard brokers <= brokerLimit else {
            throw KafkaError(
                .tooManyBrokers,
                "the cluster names \(brokers) brokers, and a client for at most \(brokerLimit) is made here"
            )
        }
        unsafe body(metadata.pointee)
    }
}
