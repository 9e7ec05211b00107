internal import CRdKafka

/// Reads what a group has committed, and where partitions begin and end.
///
/// It is a reference and a name: a thousand of them share one ``ClusterConnection``. Its methods may be called from any
/// thread.
package struct OffsetReader: Sendable {
    private let client: ClientHandle
    private let group: String
    /// Whether the client is a member of the group, which then needs no request of an administrator.
    private let isMember: Bool

    /// Creates a reader of a group's offsets; the group is not joined.
    package init(_ connection: ClusterConnection, group: String) {
        self.init(client: connection.client, group: group, isMember: false)
    }

    init(client: ClientHandle, group: String, isMember: Bool) {
        self.client = client
        self.group = group
        self.isMember = isMember
    }

    /// Returns the group's committed offsets; partitions without one are left out.
    ///
    /// Blocks at most `timeout`.
    /// - Throws: ``KafkaError``.
    package func committed(
        _ partitions: some Collection<TopicPartition>,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset] {
        guard !partitions.isEmpty else { return [:] }
        let action = "cannot read the committed offsets of group \(group)"
        let list = PartitionList(partitions)
        // librdkafka 2.0.2 can end the process by an assertion (`rd_kafka_enq_once_del_source_return`) when a broker goes
        // away during an administrator's request, so a member, which runs for weeks, asks for its own group's offsets.
        if isMember {
            try client.check(unsafe rd_kafka_committed(client.pointer, list.pointer, timeout.milliseconds), action)
            return unsafe PartitionList.committed(of: list.pointer)
        }
        let answers = unsafe rd_kafka_queue_new(client.pointer)
        defer { unsafe rd_kafka_queue_destroy(answers) }
        let options = unsafe rd_kafka_AdminOptions_new(client.pointer, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS)
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        // Only a time outside 0 to an hour is refused; the default holds then, and the wait below has its own limit.
        _ = unsafe rd_kafka_AdminOptions_set_request_timeout(options, timeout.milliseconds, nil, 0)
        var request: OpaquePointer? = unsafe rd_kafka_ListConsumerGroupOffsets_new(group, list.pointer)
        defer { unsafe rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        unsafe rd_kafka_ListConsumerGroupOffsets(client.pointer, &request, 1, options, answers)
        guard let event = unsafe rd_kafka_queue_poll(answers, timeout.milliseconds) else {
            throw KafkaError(.timedOut, "\(action): no answer within \(timeout)")
        }
        defer { unsafe rd_kafka_event_destroy(event) }
        try KafkaError.check(unsafe rd_kafka_event_error(event), action)
        var count = 0
        guard
            let groups = unsafe rd_kafka_ListConsumerGroupOffsets_result_groups(
                rd_kafka_event_ListConsumerGroupOffsets_result(event),
                &count
            ), count > 0
        else { return [:] }
        if let error = unsafe rd_kafka_group_result_error(groups[0]) {
            throw unsafe KafkaError(
                rd_kafka_error_code(error),
                action,
                reason: String(cString: rd_kafka_error_string(error))
            )
        }
        return unsafe PartitionList.committed(of: rd_kafka_group_result_partitions(groups[0]))
    }

    /// Asks the partitions' leaders, each once, for the first offsets and those after the last; what fails is left out.
    ///
    /// Blocks at most twice `timeout`.
    /// - Throws: ``KafkaError`` when no leader answers.
    package func watermarks(
        _ partitions: some Collection<TopicPartition>,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: (low: Int64, high: Int64)] {
        let lows = try offsets(Int64(RD_KAFKA_OFFSET_BEGINNING), of: partitions, timeout)
        let highs = try offsets(Int64(RD_KAFKA_OFFSET_END), of: partitions, timeout)
        var watermarks: [TopicPartition: (low: Int64, high: Int64)] = [:]
        for (partition, low) in lows { if let high = highs[partition] { watermarks[partition] = (low, high) } }
        return watermarks
    }

    /// The watermarks that came with the last fetch response, or `nil` before one came; does not block.
    ///
    /// Only the client of a ``GroupMember`` fetches.
    package func cachedWatermarks(_ partition: TopicPartition) -> (low: Int64, high: Int64)? {
        var (low, high): (Int64, Int64) = (0, 0)
        let outcome = unsafe rd_kafka_get_watermark_offsets(
            client.pointer,
            partition.topic,
            partition.partition,
            &low,
            &high
        )
        return outcome == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? (low, high) : nil
    }

    /// Returns the partition count of each topic that the cluster knows and this user may see.
    ///
    /// Blocks at most `timeout`.
    /// - Throws: ``KafkaError`` when the cluster does not answer.
    package func partitionCounts(timeout: Duration) throws(KafkaError) -> [String: Int] {
        try TopicMetadata.read(client, timeout: timeout).compactMapValues { try? $0.get() }
    }

    private func offsets(
        _ place: Int64,
        of partitions: some Collection<TopicPartition>,
        _ timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let list = PartitionList(partitions, offset: place)
        let what = partitions.count == 1 ? partitions.first.map { "\($0)" } : nil
        try KafkaError.check(
            unsafe rd_kafka_offsets_for_times(client.pointer, list.pointer, timeout.milliseconds),
            "cannot read the offsets of \(what ?? "\(partitions.count) partitions")"
        )
        return list.offsets
    }
}
