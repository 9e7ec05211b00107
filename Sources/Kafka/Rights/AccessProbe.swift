internal import CRdKafka
internal import Logging

/// Finds out what a user may do, by requests that brokers look at the rights for and then refuse for another reason.
///
/// Describing is not enough to read, write or join. Since 2.3 Kafka's brokers tell a client what it may do with a topic or a
/// group (KIP-430), but old versions of librdkafka cannot ask for that. Kafka looks at rights before it looks at the rest of
/// a request, so these requests are wrong on purpose: they change nothing, and how they are refused says whether the right
/// is there. Seen with Kafka 4.1, and with librdkafka 2.0.2 and 2.16.
///
/// Other brokers may carry out what Kafka refuses. So they are not asked for a client that does not sign in, which needs no
/// rights as a rule, and a client that becomes a member of the group leaves at once.
enum AccessProbe {
    /// How long one look at the client's queue may take.
    private static let pollTime = Duration.milliseconds(50)
    /// An offset that no partition ever reaches.
    private static let unreachedOffset: Int64 = 1 << 62

    /// Consumer properties of these requests; `nil` takes away what only a real member needs, or what would contradict them.
    private static let common: [String: String?] = [
        "group.protocol": nil, "group.remote.assignor": nil, "group.instance.id": nil,
        "partition.assignment.strategy": nil, "statistics.interval.ms": nil, "max.poll.interval.ms": nil,
        "heartbeat.interval.ms": nil, "enable.auto.commit": "false",
    ]

    /// Properties of a client that asks to join with a session of a millisecond.
    ///
    /// Brokers refuse that for `group.min.session.timeout.ms`, after they have looked at the right.
    static let joining = common.merging(["session.timeout.ms": "1"]) { $1 }
    /// Properties of a client that asks for records far behind the end of a partition.
    static let reading = common.merging(
        ["session.timeout.ms": nil, "auto.offset.reset": "error", "fetch.wait.max.ms": "10"]
    ) { $1 }
    /// Properties of a producer that asks for an acknowledgement by two replicas, which no broker knows.
    static let writing: [String: String?] = [
        "acks": "2", "request.required.acks": nil, "enable.idempotence": "false", "transactional.id": nil,
        "enable.gapless.guarantee": nil, "statistics.interval.ms": nil, "linger.ms": "0", "queue.buffering.max.ms": nil,
        "delivery.timeout.ms": nil,
    ]

    /// Asks to join a group that the client was made for.
    ///
    /// A broker that takes any session makes the client a member. Then it may join, and leaves at once (seen with
    /// `group.min.session.timeout.ms=1`).
    /// - Parameters:
    ///   - topic: A topic that the cluster has: the library joins only when it knows one.
    ///   - isWanted: Asked all the while; once it says no, the wait ends.
    static func join(
        _ client: ClientHandle,
        _ topic: String,
        until deadline: ContinuousClock.Instant,
        while isWanted: () -> Bool
    ) -> AccessVerdict {
        let list = PartitionList([TopicPartition(topic: topic, partition: RD_KAFKA_PARTITION_UA)])
        let subscribed = unsafe rd_kafka_subscribe(client.pointer, list.pointer)
        guard subscribed == RD_KAFKA_RESP_ERR_NO_ERROR else {
            return .unknown(client.error(subscribed, "the group was not asked").message)
        }
        var verdict: AccessVerdict?
        var reason = "the group's coordinator did not answer in time"
        func isJoining() -> Bool {
            if verdict == nil, isMember(client) {
                leave(client)
                verdict = .allowed
            }
            return verdict == nil && isWanted()
        }
        poll(client, until: deadline, while: isJoining) { code, _, text in
            switch code {
            case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT: verdict = .allowed
            case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
                verdict = .refused(client.error(code, "the brokers refuse to let the user join", reason: text))
            default: reason = text
            }
        }
        return verdict ?? .unknown(reason)
    }

    /// Whether the broker has given the client a name in the group, which it does before it makes it a member (KIP-394).
    private static func isMember(_ client: ClientHandle) -> Bool {
        guard let name = unsafe rd_kafka_memberid(client.pointer) else { return false }
        defer { unsafe rd_kafka_mem_free(client.pointer, name) }
        return unsafe name.pointee != 0
    }

    /// How long leaving the group may take.
    private static let leaveTime = Duration.seconds(2)

    private static func leave(_ client: ClientHandle) {
        let answers = unsafe rd_kafka_queue_new(client.pointer)
        defer { unsafe rd_kafka_queue_destroy(answers) }
        guard unsafe rd_kafka_consumer_close_queue(client.pointer, answers) == nil else { return }
        let deadline = ContinuousClock.now + leaveTime
        while unsafe rd_kafka_consumer_closed(client.pointer) == 0, ContinuousClock.now < deadline {
            var message: UnsafeMutablePointer<rd_kafka_message_t>?
            if unsafe rd_kafka_consume_batch_queue(answers, 50, &message, 1) > 0 {
                unsafe rd_kafka_message_destroy(message)
            }
        }
        // Destroying a client that is still closing would wait for the broker that did not answer.
        if unsafe rd_kafka_consumer_closed(client.pointer) == 0 { client.abandon() }
    }

    /// Asks for records of the first partition of each topic.
    static func read(
        _ client: ClientHandle,
        _ topics: [String],
        until deadline: ContinuousClock.Instant,
        while isWanted: () -> Bool
    ) -> [String: AccessVerdict] {
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: 0) }, offset: unreachedOffset)
        let assigned = unsafe rd_kafka_assign(client.pointer, list.pointer)
        guard assigned == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = client.error(assigned, "it was not asked").message
            return Dictionary(topics.map { ($0, .unknown(reason)) }) { $1 }
        }
        var verdicts: [String: AccessVerdict] = [:]
        var reasons: [String: String] = [:]
        let wanted = Set(topics)
        poll(client, until: deadline, while: { verdicts.count < wanted.count && isWanted() }) { code, topic, text in
            guard let topic, wanted.contains(topic) else { return }
            switch code {
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE,
                RD_KAFKA_RESP_ERR__PARTITION_EOF, RD_KAFKA_RESP_ERR_NO_ERROR:
                verdicts[topic] = .allowed
            case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
                verdicts[topic] = .refused(client.error(code, "the brokers refuse to let the user read", reason: text))
            default: reasons[topic] = text
            }
        }
        for topic in wanted where verdicts[topic] == nil {
            verdicts[topic] = .unknown(reasons[topic] ?? "the leader of its first partition did not answer in time")
        }
        return verdicts
    }

    /// What an attempt to write ended with says about the right.
    static func verdict(ofWriting error: KafkaError) -> AccessVerdict {
        switch error.name {
        case "INVALID_REQUIRED_ACKS": .allowed
        case "TOPIC_AUTHORIZATION_FAILED": .refused(error)
        default: .unknown(error.message)
        }
    }

    private static func poll(
        _ client: ClientHandle,
        until deadline: ContinuousClock.Instant,
        while isWanted: () -> Bool,
        _ take: (_ code: rd_kafka_resp_err_t, _ topic: String?, _ text: String) -> Void
    ) {
        while isWanted(), ContinuousClock.now < deadline {
            guard let message = unsafe rd_kafka_consumer_poll(client.pointer, pollTime.milliseconds) else { continue }
            let topic = unsafe message.pointee.rkt.map { unsafe String(cString: rd_kafka_topic_name($0)) }
            let text = unsafe rd_kafka_message_errstr(message).map { unsafe String(cString: $0) }
            unsafe take(message.pointee.err, topic, text ?? "")
            unsafe rd_kafka_message_destroy(message)
        }
    }
}

extension ClientHandle {
    /// Why nobody asks these brokers about rights, or `nil`.
    ///
    /// Who does not sign in needs none, as a rule, and brokers without rights are often others than Kafka's.
    /// librdkafka's own broker for tests refuses nothing, so a request that is wrong on purpose would be carried out.
    func reasonNotToAsk(timeout: Duration) -> String? {
        guard context.signIn.settings.isSomebody else { return "the client does not sign in" }
        guard let name = unsafe rd_kafka_clusterid(pointer, timeout.milliseconds) else { return nil }
        defer { unsafe rd_kafka_mem_free(pointer, name) }
        return unsafe String(cString: name).hasPrefix("mockCluster")
            ? "librdkafka's mock of a broker knows no rights" : nil
    }
}
