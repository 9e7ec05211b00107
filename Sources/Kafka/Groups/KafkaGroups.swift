internal import CRdKafka
package import Logging

/// What a cluster says about its consumer groups.
package enum KafkaGroups {
    /// What a group is doing.
    package enum State: Sendable, Hashable {
        /// Every member has its partitions.
        case stable
        /// It has no members, whether or not it has offsets.
        case empty
        /// Its partitions are being handed over.
        case rebalancing
    }

    /// What the brokers say of their groups.
    package struct Listing: Sendable, Hashable {
        /// The groups by name, with `nil` for those of which a broker does not say what they do.
        package var groups: [String: State?]
        /// Whether all brokers have answered, so that a group that is not listed has no members.
        package var isComplete: Bool

        /// Creates a listing.
        package init(groups: [String: State?], isComplete: Bool) {
            self.groups = groups
            self.isComplete = isComplete
        }

        /// Returns what a group does; `nil` when that is not known, as when the broker that knows it is away.
        package func state(of group: String) -> State? { groups[group] ?? (isComplete ? .empty : nil) }
    }

    /// Returns what the groups do that this user may see, as far as the brokers answer.
    ///
    /// One request to each broker, whatever the number of groups. It goes to brokers, not to a group's coordinator, so
    /// that it is none of the requests that ``OffsetReader`` warns of. The older request for a single group reports a
    /// group of the newer protocol as dead. Brokers before 2.6 and services that only speak Kafka's protocol list groups
    /// without saying what they do. Blocks at most `timeout`.
    /// - Throws: ``KafkaError`` when no broker could be asked.
    package static func list(_ connection: ClusterConnection, timeout: Duration) throws(KafkaError) -> Listing {
        let action = "cannot list the consumer groups"
        let client = connection.client
        let answers = unsafe rd_kafka_queue_new(client.pointer)
        defer { unsafe rd_kafka_queue_destroy(answers) }
        let options = unsafe rd_kafka_AdminOptions_new(client.pointer, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS)
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        // Only a time outside 0 to an hour is refused; the default holds then, and the wait below has its own limit.
        // It is shorter than the wait, which otherwise could end just before the answers of the others come.
        _ = unsafe rd_kafka_AdminOptions_set_request_timeout(options, (timeout * 3 / 4).milliseconds, nil, 0)
        unsafe rd_kafka_ListConsumerGroups(client.pointer, options, answers)
        guard let event = unsafe rd_kafka_queue_poll(answers, timeout.milliseconds) else {
            throw KafkaError(.timedOut, "\(action): no answer within \(timeout)")
        }
        defer { unsafe rd_kafka_event_destroy(event) }
        try KafkaError.check(unsafe rd_kafka_event_error(event), action)
        let result = unsafe rd_kafka_event_ListConsumerGroups_result(event)
        var count = 0
        _ = unsafe rd_kafka_ListConsumerGroups_result_errors(result, &count)
        var listing = Listing(groups: [:], isComplete: count == 0)
        guard let groups = unsafe rd_kafka_ListConsumerGroups_result_valid(result, &count) else { return listing }
        for index in 0..<count {
            guard let group = unsafe groups[index],
                let name = unsafe rd_kafka_ConsumerGroupListing_group_id(group)
            else { continue }
            let state: State? =
                switch unsafe rd_kafka_ConsumerGroupListing_state(group) {
                case RD_KAFKA_CONSUMER_GROUP_STATE_STABLE: .stable
                case RD_KAFKA_CONSUMER_GROUP_STATE_EMPTY, RD_KAFKA_CONSUMER_GROUP_STATE_DEAD: .empty
                // Old brokers do not say it, and older libraries do not know the newer protocol's words.
                case RD_KAFKA_CONSUMER_GROUP_STATE_UNKNOWN: nil
                default: .rebalancing
                }
            unsafe listing.groups.updateValue(state, forKey: String(cString: name))
        }
        return listing
    }

    /// Deletes a group with its offsets; one that does not exist is no error.
    ///
    /// Blocks at most twice `timeout`, and 2 s more where the end of the client hangs.
    /// - Parameter brokerLimit: A cluster that names more brokers is refused.
    /// - Throws: ``KafkaError``, among others while the group has members.
    package static func delete(
        configuration: KafkaClientConfiguration,
        group: String,
        timeout: Duration,
        logger: Logger,
        brokerLimit: Int = .max
    ) throws(KafkaError) {
        let action = "cannot delete consumer group \(group)"
        let connection = try ClusterConnection(
            configuration: configuration,
            logger: logger,
            brokerLimit: brokerLimit
        )
        // Says, without an administrator's request, whether the cluster answers at all.
        _ = try connection.topics(timeout: timeout)
        let client = connection.client
        let answers = unsafe rd_kafka_queue_new(client.pointer)
        defer { unsafe rd_kafka_queue_destroy(answers) }
        let options = unsafe rd_kafka_AdminOptions_new(client.pointer, RD_KAFKA_ADMIN_OP_DELETEGROUPS)
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        // There is no other way than an administrator's request to the coordinator. What ends the process is its timer,
        // when it fires before the coordinator is found: so it fires in an hour, while this client lives for seconds.
        // Tried with a broker that was killed and came back: after a timer of 1 s the process ended, after one
        // of an hour it went on.
        _ = unsafe rd_kafka_AdminOptions_set_request_timeout(options, 3_600_000, nil, 0)
        var request: OpaquePointer? = unsafe rd_kafka_DeleteGroup_new(group)
        defer { unsafe rd_kafka_DeleteGroup_destroy(request) }
        unsafe rd_kafka_DeleteGroups(client.pointer, &request, 1, options, answers)
        guard let event = unsafe rd_kafka_queue_poll(answers, timeout.milliseconds) else {
            throw KafkaError(.timedOut, "\(action): no answer within \(timeout)")
        }
        defer { unsafe rd_kafka_event_destroy(event) }
        try KafkaError.check(unsafe rd_kafka_event_error(event), action)
        var count = 0
        guard
            let groups = unsafe rd_kafka_DeleteGroups_result_groups(
                rd_kafka_event_DeleteGroups_result(event),
                &count
            ), count > 0, let error = unsafe rd_kafka_group_result_error(groups[0])
        else { return }
        let code = unsafe rd_kafka_error_code(error)
        guard code != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND else { return }
        throw unsafe KafkaError(code, action, reason: String(cString: rd_kafka_error_string(error)))
    }
}
