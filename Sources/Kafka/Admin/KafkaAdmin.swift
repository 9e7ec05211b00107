internal import CRdKafka
package import Logging
package import Secrets

/// Looks for topics and creates them; every call has a deadline and blocks.
package final class KafkaAdmin: Sendable {
    private let client: ClientHandle

    /// Creates an admin client; it connects in the background.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    package init(configuration: KafkaClientConfiguration, logger: Logger) throws(KafkaError) {
        let context = ClientContext(configuration, logger: logger)
        client = try ConfigurationHandle(configuration, context: context).makeClient(
            RD_KAFKA_PRODUCER,
            context: context
        )
    }

    /// Asks through a producer's connections and with its rights.
    package init(_ producer: KafkaProducer) { client = producer.client }

    /// Signs in with another user and password from the next connection on (PLAIN and SCRAM); those that stand go on.
    /// - Throws: ``KafkaError``.
    package func setCredentials(user: Secret, password: Secret) throws(KafkaError) {
        try client.setCredentials(user: user, password: password)
    }

    /// Returns the partition counts of all topics that this user may see, or why the cluster does not say.
    /// - Throws: ``KafkaError`` when the cluster does not answer.
    package func topics(timeout: Duration) throws(KafkaError) -> [String: Result<Int, KafkaError>] {
        try TopicMetadata.read(client, timeout: timeout)
    }

    /// Returns a topic's partition count, or why the cluster does not say: `unknownTopic` or `authorization`.
    ///
    /// Brokers with `auto.create.topics.enable=true` create the topic when a producer asks for it.
    /// - Throws: ``KafkaError`` when the cluster does not answer.
    package func topic(_ name: String, timeout: Duration) throws(KafkaError) -> Result<Int, KafkaError> {
        try TopicMetadata.read(client, topic: name, timeout: timeout)
    }

    /// Creates a topic; one that exists already is left as it is.
    /// - Parameters:
    ///   - name: The topic.
    ///   - partitions: How many partitions it gets.
    ///   - replicationFactor: How many brokers have each record; -1 for the brokers' own default.
    ///   - settings: The topic's own settings, such as `max.message.bytes`.
    ///   - isRehearsal: Whether the brokers only say if they would create it.
    ///   - timeout: The most time to wait for the answer.
    /// - Throws: ``KafkaError``; `authorization` when this user may not create topics, and with the name
    ///   `INVALID_REPLICATION_FACTOR` when there are fewer brokers than replicas.
    package func createTopic(
        _ name: String,
        partitions: Int,
        replicationFactor: Int = 1,
        settings: [String: String] = [:],
        isRehearsal: Bool = false,
        timeout: Duration = .seconds(30)
    ) throws(KafkaError) {
        let made = unsafe withErrorText {
            unsafe rd_kafka_NewTopic_new(name, Int32(clamping: partitions), Int32(clamping: replicationFactor), $0, $1)
        }
        guard let topic = unsafe made.result else {
            throw KafkaError(.invalidConfiguration, unsafe "cannot create topic \(name): \(made.text)")
        }
        defer { unsafe rd_kafka_NewTopic_destroy(topic) }
        for (name, value) in settings {
            try KafkaError.check(unsafe rd_kafka_NewTopic_set_config(topic, name, value), "cannot set \(name)=\(value)")
        }
        let queue = unsafe rd_kafka_queue_new(client.pointer)
        defer { unsafe rd_kafka_queue_destroy(queue) }
        let options = unsafe rd_kafka_AdminOptions_new(client.pointer, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        // Nothing but the wrong kind of request is refused here.
        _ = unsafe rd_kafka_AdminOptions_set_validate_only(options, isRehearsal ? 1 : 0, nil, 0)
        var list: OpaquePointer? = unsafe topic
        unsafe rd_kafka_CreateTopics(client.pointer, &list, 1, options, queue)
        guard let event = unsafe rd_kafka_queue_poll(queue, timeout.milliseconds) else {
            throw KafkaError(.timedOut, "topic \(name) was not created within \(timeout)")
        }
        defer { unsafe rd_kafka_event_destroy(event) }
        try KafkaError.check(unsafe rd_kafka_event_error(event), "cannot create topic \(name)")
        var count = 0
        guard
            let results = unsafe rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        else { return }
        for index in 0..<count {
            let error = unsafe rd_kafka_topic_result_error(results[index])
            if error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { continue }
            guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let text = unsafe rd_kafka_topic_result_error_string(results[index])
            // The broker's own words say what is wrong with which setting.
            throw unsafe KafkaError(
                error,
                "cannot create topic \(name)",
                reason: text.map { unsafe String(cString: $0) }
            )
        }
    }
}
