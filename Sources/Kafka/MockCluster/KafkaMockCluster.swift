internal import CRdKafka
internal import Logging

/// librdkafka's own broker in this process: for tests and the demo.
///
/// It keeps about 5 MB a partition and silently drops what exceeds that.
@safe
package final class KafkaMockCluster: Sendable {
    private let client: ClientHandle
    // Its header says that the mock cluster is thread-safe, and it lives as long as this object.
    private nonisolated(unsafe) let cluster: OpaquePointer

    /// Starts a cluster on free loopback ports.
    /// - Throws: ``KafkaError``.
    package init(brokers: Int = 1) throws(KafkaError) {
        let context = ClientContext(
            KafkaClientConfiguration([:]),
            logger: Logger(label: "kafka-mock", sink: MemoryLogSink(capacity: 10))
        )
        let configuration = KafkaClientConfiguration(["client.id": "mock-cluster"])
        client = try ConfigurationHandle(configuration, context: context).makeClient(
            RD_KAFKA_PRODUCER,
            context: context
        )
        guard let cluster = unsafe rd_kafka_mock_cluster_new(client.pointer, Int32(brokers)) else {
            throw KafkaError(.other, "the mock cluster cannot start: no loopback port is free")
        }
        unsafe self.cluster = cluster
    }

    deinit { unsafe rd_kafka_mock_cluster_destroy(cluster) }

    /// What clients connect to.
    package var bootstrapServers: String { unsafe String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    /// Creates a topic.
    /// - Throws: ``KafkaError``.
    package func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
        try KafkaError.check(
            unsafe rd_kafka_mock_topic_create(cluster, name, Int32(partitions), 1),
            "cannot create topic \(name)"
        )
    }

    /// Makes the cluster answer questions about a topic with an error.
    /// - Parameters:
    ///   - topic: A topic that exists.
    ///   - error: What the cluster says; `nil` for no error.
    package func setFailure(of topic: String, to error: TopicFailure?) {
        let code: rd_kafka_resp_err_t =
            switch error {
            case .leaderNotAvailable: RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
            case .authorization: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
            case .unknown: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
            case nil: RD_KAFKA_RESP_ERR_NO_ERROR
            }
        unsafe rd_kafka_mock_topic_set_error(cluster, topic, code)
    }

    /// Makes the cluster refuse the next fetches, as for a user who may not read the topic.
    package func refuseFetches(_ count: Int) {
        let errors = Array(repeating: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, count: count)
        let fetch: Int16 = 1  // https://kafka.apache.org/protocol#protocol_api_keys
        unsafe rd_kafka_mock_push_request_errors_array(cluster, fetch, errors.count, errors)
    }

    /// Makes the cluster say at the next fetches that their offset is not in the log.
    package func misplaceFetches(_ count: Int) {
        let errors = Array(repeating: RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, count: count)
        let fetch: Int16 = 1  // https://kafka.apache.org/protocol#protocol_api_keys
        unsafe rd_kafka_mock_push_request_errors_array(cluster, fetch, errors.count, errors)
    }

    /// What a cluster may say of a topic.
    package enum TopicFailure: Sendable, Hashable {
        case leaderNotAvailable, authorization, unknown
    }

    /// Makes a broker lead a partition.
    /// - Throws: ``KafkaError``.
    package func setLeader(of partition: TopicPartition, to broker: Int) throws(KafkaError) {
        try KafkaError.check(
            unsafe rd_kafka_mock_partition_set_leader(cluster, partition.topic, partition.partition, Int32(broker)),
            "cannot change the leader of \(partition)"
        )
    }

    /// Makes a broker coordinate a group.
    /// - Throws: ``KafkaError``.
    package func setCoordinator(of group: String, to broker: Int) throws(KafkaError) {
        try KafkaError.check(
            unsafe rd_kafka_mock_coordinator_set(cluster, "group", group, Int32(broker)),
            "cannot change the coordinator of \(group)"
        )
    }

    /// Makes a broker keep each answer back for a time, also those that are on their way.
    /// - Throws: ``KafkaError``.
    package func setDelay(_ delay: Duration, broker: Int) throws(KafkaError) {
        try KafkaError.check(
            unsafe rd_kafka_mock_broker_set_rtt(cluster, Int32(broker), delay.milliseconds),
            "cannot slow down broker \(broker)"
        )
    }

    /// Takes a broker off the network, or puts it back.
    /// - Throws: ``KafkaError``.
    package func setReachable(_ isReachable: Bool, broker: Int = 1) throws(KafkaError) {
        let outcome =
            unsafe isReachable
            ? rd_kafka_mock_broker_set_up(cluster, Int32(broker))
            : rd_kafka_mock_broker_set_down(cluster, Int32(broker))
        try KafkaError.check(outcome, "cannot change broker \(broker)")
    }
}
