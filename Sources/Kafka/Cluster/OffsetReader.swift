internal import CRdKafka

/// Reads what a group has committed, and where partitions begin and end.
///
/// It is a reference and a name: a thousand of them share one ``ClusterConnection``. Its methods may be called from any
/// thread.
///
/// Only a client of the group may ask for its offsets without an administrator's request, which never passes through
/// here: librdkafka sends those for a group by its coordinator, and when one has timed out before the coordinator could
/// be reached and it is reached later, an assertion ends the process (`rd_kafka_enq_once_del_source_return`; seen in
/// 2.0.2, and the code is the same in 2.15). So each reading of a group that is not joined makes a client with that
/// group's name and ends it: 5 to 20 ms and 1.1 ms of a core without TLS, where the administrator's request takes 0.7
/// ms and 0.07 ms, and no thread outlives it. It works for groups of both protocols.
package struct OffsetReader: Sendable {
    private let client: ClientHandle
    let group: String
    /// Makes a client of the group; `nil` when `client` is a member of it.
    private let connection: ClusterConnection?

    /// Creates a reader of a group's offsets; the group is not joined.
    package init(_ connection: ClusterConnection, group: String) {
        client = connection.client
        self.group = group
        self.connection = connection
    }

    /// Creates a reader of a member's offsets.
    init(member client: ClientHandle, group: String) {
        self.client = client
        self.group = group
        connection = nil
    }

    /// Returns the group's committed offsets; partitions without one are left out.
    ///
    /// Blocks at most `timeout`, and 2 s more where the end of a client hangs.
    /// - Throws: ``KafkaError``; without a member also when the offset of one of the partitions could not be read.
    package func committed(
        _ partitions: some Collection<TopicPartition>,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: CommittedOffset] {
        guard !partitions.isEmpty else { return [:] }
        let action = "cannot read the committed offsets of group \(group)"
        let list = PartitionList(partitions)
        guard let connection else {
            try client.check(unsafe rd_kafka_committed(client.pointer, list.pointer, timeout.milliseconds), action)
            return unsafe PartitionList.committed(of: list.pointer)
        }
        let client = try connection.makeClient(of: group)
        let deadline = ContinuousClock.now + timeout
        func ask(_ limit: Duration) throws(KafkaError) {
            let code = unsafe rd_kafka_committed(client.pointer, list.pointer, limit.milliseconds)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            throw denial(client) ?? client.reason(for: client.error(code, action))
        }
        do throws(KafkaError) {
            try ask(min(timeout, Self.denialPatience))
        } catch {
            let left = deadline - ContinuousClock.now
            guard error.isRetriable, left > .zero else { throw error }
            try ask(left)
        }
        // A member goes on with what it was told; whoever only looks must not take the rest for uncommitted.
        if let (partition, error) = list.firstFailure {
            throw client.error(error, "\(action) for \(partition)")
        }
        return unsafe PartitionList.committed(of: list.pointer)
    }

    /// How long a client looks for a group's coordinator until it is asked whether it may: the library never ends that.
    private static let denialPatience = Duration.seconds(1)

    /// Why the brokers do not tell a client of the group who coordinates it, if they have said so.
    private func denial(_ client: ClientHandle) -> KafkaError? {
        while let message = unsafe rd_kafka_consumer_poll(client.pointer, 0) {
            defer { unsafe rd_kafka_message_destroy(message) }
            guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED else { continue }
            return KafkaError(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, "consumer group \(group)")
        }
        return nil
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

    /// Asks the partitions' leaders, each once, for the first offsets of which the records are no older than a moment.
    ///
    /// Partitions without such a record are left out, and those that fail. Blocks at most `timeout`.
    /// - Parameter moment: In milliseconds since 1970.
    /// - Throws: ``KafkaError`` when no leader answers.
    package func offsets(
        since moment: Int64,
        of partitions: some Collection<TopicPartition>,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try offsets(max(0, moment), of: partitions, timeout)
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
