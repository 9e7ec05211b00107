internal import CRdKafka
package import Logging

/// A member of a consumer group, over librdkafka.
///
/// The methods marked *poll thread* are for one thread, between calls of ``poll(maximumMessages:timeout:)``. The others
/// may be called from anywhere.
///
/// Unchecked because librdkafka is thread-safe by its manual, and what is not (`names`, `held`, `paused`) is touched by
/// the poll thread alone.
@safe
package final class KafkaConsumer: @unchecked Sendable {
    private let client: ClientHandle
    private let queue: ConsumerQueue
    private let context: ClientContext
    private let nudger: FetchNudger?
    private let names = PartitionNames()
    private var held: Set<TopicPartition> = []
    private var paused: Set<TopicPartition> = []
    private var hasSubscribed = false

    /// Creates a consumer; it connects in the background.
    /// - Parameters:
    ///   - configuration: Properties under librdkafka's names.
    ///   - logger: Takes the library's own lines too.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    package init(configuration: KafkaClientConfiguration, logger: Logger) throws(KafkaError) {
        let asked = configuration.values["debug"].flatMap { $0.isEmpty ? nil : $0 }
        let context = ClientContext(logger: logger, showsDebugLines: asked != nil)
        self.context = context
        var configuration = configuration
        // For the lines that JoinState reads.
        configuration.values["debug"] = asked.map { $0 + ",cgrp" } ?? "cgrp"
        let handle = try ConfigurationHandle(configuration, context: context)
        unsafe handle.withPointer { pointer in
            unsafe rd_kafka_conf_set_rebalance_cb(pointer, rebalanceCallback)
            unsafe rd_kafka_conf_set_offset_commit_cb(pointer, commitCallback)
            unsafe rd_kafka_conf_set_stats_cb(pointer, statisticsCallback)
        }
        client = try handle.makeClient(RD_KAFKA_CONSUMER, context: context)
        // Errors and statistics come with the messages, so that one call serves everything.
        unsafe rd_kafka_poll_set_consumer(client.pointer)
        queue = try ConsumerQueue(client: client)
        nudger = KafkaLibrary.looksAgainByItself ? nil : try FetchNudger(queue: queue)
    }

    deinit {
        nudger?.stop()
        if hasSubscribed, !context.wasAssigned, !KafkaLibrary.destroysUnassignedConsumers { client.abandon() }
    }

    /// Joins the group for these topics; an entry that starts with `^` is a regular expression.
    ///
    /// *Poll thread.*
    /// - Throws: ``KafkaError``.
    package func subscribe(to topics: [String]) throws(KafkaError) {
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: RD_KAFKA_PARTITION_UA) })
        hasSubscribed = true
        try KafkaError.check(unsafe rd_kafka_subscribe(client.pointer, list.pointer), "cannot subscribe")
    }

    /// Waits for messages and events.
    ///
    /// *Poll thread.*
    ///
    /// The group's `max.poll.interval.ms` is kept by calling this, also while everything is paused.
    /// - Parameters:
    ///   - maximumMessages: The most messages to return.
    ///   - timeout: The most time until it returns with what there is.
    /// - Throws: ``KafkaError`` when the library refuses the call.
    package func poll(
        maximumMessages: Int,
        timeout: Duration
    ) throws(KafkaError) -> (messages: KafkaMessageBatch?, events: [KafkaConsumerEvent]) {
        let array = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: maximumMessages)
        let count = unsafe receive(into: array, maximumMessages, timeout)
        guard count >= 0 else {
            unsafe array.deallocate()
            throw KafkaError(rd_kafka_last_error(), "cannot poll")
        }
        let kept = unsafe dropErrors(array, count)
        nudger?.note(received: kept)
        guard kept > 0 else {
            unsafe array.deallocate()
            return (nil, context.takeEvents())
        }
        return unsafe (
            KafkaMessageBatch(adopting: array, count: kept, names: names, client: client), context.takeEvents()
        )
    }

    /// Starts fetching partitions that the group gave, from their committed offsets.
    ///
    /// *Poll thread.*
    /// - Throws: ``KafkaError``.
    package func assign(_ partitions: [TopicPartition]) throws(KafkaError) {
        let list = PartitionList(partitions)
        if isCooperative {
            unsafe try KafkaError.check(
                unsafe rd_kafka_incremental_assign(client.pointer, list.pointer),
                "cannot assign partitions"
            )
        } else {
            try KafkaError.check(unsafe rd_kafka_assign(client.pointer, list.pointer), "cannot assign partitions")
        }
        held.formUnion(partitions)
        nudger?.set(partitions: held)
    }

    /// Stops fetching partitions that the group takes.
    ///
    /// *Poll thread.*
    /// - Throws: ``KafkaError``.
    package func unassign(_ partitions: [TopicPartition]) throws(KafkaError) {
        // A pause outlives the assignment in librdkafka: a partition that comes again would never be read.
        try resume(partitions)
        if isCooperative {
            let list = PartitionList(partitions)
            unsafe try KafkaError.check(
                unsafe rd_kafka_incremental_unassign(client.pointer, list.pointer),
                "cannot give partitions back"
            )
        } else {
            try KafkaError.check(unsafe rd_kafka_assign(client.pointer, nil), "cannot give partitions back")
        }
        held.subtract(partitions)
        nudger?.set(partitions: held)
    }

    /// Stops fetching for a while; what was prefetched is thrown away and fetched again later.
    ///
    /// *Poll thread.*
    /// - Throws: ``KafkaError``.
    package func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
        guard !partitions.isEmpty else { return }
        paused.formUnion(partitions)
        let list = PartitionList(partitions)
        try KafkaError.check(unsafe rd_kafka_pause_partitions(client.pointer, list.pointer), "cannot pause")
    }

    /// Goes on fetching behind the last message that poll returned; partitions that are not paused are left alone.
    ///
    /// *Poll thread.*
    /// - Throws: ``KafkaError``.
    package func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
        // librdkafka before 2.4 may go back to an earlier offset of a partition that is resumed without need (its
        // changelog, #4636).
        let some = partitions.filter(paused.contains)
        guard !some.isEmpty else { return }
        paused.subtract(some)
        let list = PartitionList(some)
        try KafkaError.check(unsafe rd_kafka_resume_partitions(client.pointer, list.pointer), "cannot resume")
    }

    /// How ``commit(_:mode:)`` waits.
    package enum CommitMode: Sendable {
        /// The outcome comes as an event of a later poll.
        case async
        /// The outcome is awaited, blocking the thread, at most this long.
        case sync(deadline: Duration)
    }

    /// Whether a commit has a chance: not while the member waits to be told its generation.
    ///
    /// A commit sent in that time is refused, and librdkafka then gives up every partition as lost.
    package var mayCommit: Bool { !context.isJoining }

    /// Commits offsets: for each partition the next one to read.
    ///
    /// To be asked only while ``mayCommit``.
    /// - Throws: ``KafkaError``.
    package func commit(_ offsets: [TopicPartition: Int64], mode: CommitMode) throws(KafkaError) {
        let list = PartitionList(offsets)
        switch mode {
        case .async:
            try KafkaError.check(unsafe rd_kafka_commit(client.pointer, list.pointer, 1), "cannot commit offsets")
        case .sync(let deadline):
            let answers = unsafe rd_kafka_queue_new(client.pointer)
            defer { unsafe rd_kafka_queue_destroy(answers) }
            try KafkaError.check(
                unsafe rd_kafka_commit_queue(client.pointer, list.pointer, answers, nil, nil),
                "cannot commit offsets"
            )
            guard let event = unsafe rd_kafka_queue_poll(answers, deadline.milliseconds) else {
                throw KafkaError(.timedOut, "the commit of offsets was not answered within \(deadline)")
            }
            defer { unsafe rd_kafka_event_destroy(event) }
            try KafkaError.check(unsafe rd_kafka_event_error(event), "cannot commit offsets")
        }
    }

    /// Returns the group's committed offsets; partitions without one are left out.
    ///
    /// Blocks at most `timeout`.
    /// - Throws: ``KafkaError``.
    package func committed(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let list = PartitionList(partitions)
        try KafkaError.check(
            unsafe rd_kafka_committed(client.pointer, list.pointer, timeout.milliseconds),
            "cannot read committed offsets"
        )
        return list.offsets
    }

    /// Asks the partitions' leaders, each once, for first offsets and those behind the last; what fails is left out.
    ///
    /// Blocks at most twice `timeout`.
    /// - Throws: ``KafkaError`` when no leader answers.
    package func watermarks(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: (low: Int64, high: Int64)] {
        let lows = try offsets(Int64(RD_KAFKA_OFFSET_BEGINNING), of: partitions, timeout)
        let highs = try offsets(Int64(RD_KAFKA_OFFSET_END), of: partitions, timeout)
        var watermarks: [TopicPartition: (low: Int64, high: Int64)] = [:]
        for (partition, low) in lows { if let high = highs[partition] { watermarks[partition] = (low, high) } }
        return watermarks
    }

    private func offsets(
        _ place: Int64,
        of partitions: [TopicPartition],
        _ timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let list = PartitionList(partitions, offset: place)
        try KafkaError.check(
            unsafe rd_kafka_offsets_for_times(client.pointer, list.pointer, timeout.milliseconds),
            "cannot read the offsets of \(partitions.count == 1 ? "\(partitions[0])" : "\(partitions.count) partitions")"
        )
        return list.offsets
    }

    /// The watermarks that came with the last fetch response, or `nil` before one came.
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

    /// Returns how many partitions each topic has, or why the cluster does not say so, of all topics and of `names`.
    ///
    /// Blocks at most `timeout`, and as long again for each of `names` that is not among all topics: only who asks by
    /// name is told whether a topic is unknown or not allowed.
    /// - Throws: ``KafkaError`` when the cluster does not answer.
    package func topics(
        _ names: [String] = [],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<Int, KafkaError>] {
        var topics = try TopicMetadata.read(client, timeout: timeout)
        for name in names where topics[name] == nil {
            topics[name] = try TopicMetadata.read(client, topic: name, timeout: timeout)
        }
        return topics
    }

    /// Leaves the group, at most within `timeout`, and frees the client's threads.
    ///
    /// *Poll thread, last call.*
    package func close(timeout: Duration) {
        nudger?.stop()
        context.beginClosing()
        let answers = unsafe rd_kafka_queue_new(client.pointer)
        defer { unsafe rd_kafka_queue_destroy(answers) }
        // With a queue the close does not block, so that a broker that is away cannot hold the process.
        guard unsafe rd_kafka_consumer_close_queue(client.pointer, answers) == nil else { return }
        let deadline = ContinuousClock.now + timeout
        while unsafe rd_kafka_consumer_closed(client.pointer) == 0, ContinuousClock.now < deadline {
            var message: UnsafeMutablePointer<rd_kafka_message_t>?
            if unsafe rd_kafka_consume_batch_queue(answers, 50, &message, 1) > 0 {
                unsafe rd_kafka_message_destroy(message)
            }
        }
        // Destroying a client that is still closing would wait for the broker that did not answer.
        if unsafe rd_kafka_consumer_closed(client.pointer) == 0 { client.abandon() }
    }

    private var isCooperative: Bool {
        unsafe String(cString: rd_kafka_rebalance_protocol(client.pointer)) == "COOPERATIVE"
    }

    /// Waits for the first message, and takes what is there behind it.
    /// - Returns: How many messages there are, or -1 when the library refuses the call.
    private func receive(
        into array: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>,
        _ maximum: Int,
        _ timeout: Duration
    ) -> Int {
        if KafkaLibrary.batchesKeepPositions {
            return unsafe rd_kafka_consume_batch_queue(queue.pointer, timeout.milliseconds, array, maximum)
        }
        var count = unsafe rd_kafka_consume_batch_queue(queue.pointer, timeout.milliseconds, array, 1)
        while count > 0, count < maximum,
            unsafe rd_kafka_consume_batch_queue(queue.pointer, 0, array + count, 1) == 1
        {
            count += 1
        }
        return count
    }

    /// Turns messages that are errors into events and closes the gaps.
    private func dropErrors(_ array: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>, _ count: Int)
        -> Int
    {
        var kept = 0
        for index in 0..<count {
            guard let message = unsafe array[index] else { continue }
            if unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                unsafe array[kept] = message
                kept += 1
                continue
            }
            if unsafe message.pointee.err != RD_KAFKA_RESP_ERR__PARTITION_EOF {
                let place = unsafe names.name(message.pointee.rkt, message.pointee.partition)
                context.record(
                    .error(
                        unsafe KafkaError(
                            message.pointee.err,
                            "cannot read \(place)",
                            reason: String(cString: rd_kafka_message_errstr(message))
                        )
                    )
                )
            }
            unsafe rd_kafka_message_destroy(message)
        }
        return kept
    }
}

/// Records the event and returns: the poll thread assigns later, and polling goes on meanwhile.
func rebalanceCallback(
    _ client: OpaquePointer?,
    _ code: rd_kafka_resp_err_t,
    _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    guard let client = unsafe client, let context = unsafe ClientContext.of(opaque) else { return }
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS { context.noteAssignment() }
    if context.closes {
        if unsafe String(cString: rd_kafka_rebalance_protocol(client)) == "COOPERATIVE" {
            if let error = unsafe rd_kafka_incremental_unassign(client, list) { unsafe rd_kafka_error_destroy(error) }
        } else {
            unsafe rd_kafka_assign(client, nil)
        }
        return
    }
    let partitions = unsafe PartitionList.partitions(of: list)
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
        context.record(.assigned(partitions))
    } else if unsafe rd_kafka_assignment_lost(client) != 0 {
        context.record(.lost(partitions))
    } else {
        context.record(.revoked(partitions))
    }
}

/// Records how an asynchronous commit ended.
func commitCallback(
    _ client: OpaquePointer?,
    _ code: rd_kafka_resp_err_t,
    _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    _ opaque: UnsafeMutableRawPointer?
) {
    guard let context = unsafe ClientContext.of(opaque) else { return }
    // Nothing to commit is no failure; who asked waits for an answer all the same.
    if code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NO_OFFSET {
        context.record(.committed(unsafe PartitionList.offsets(of: list)))
    } else {
        context.record(.commitFailed(KafkaError(code, "offsets were not committed")))
    }
}

extension Duration {
    /// The duration in whole milliseconds, as librdkafka takes it.
    var milliseconds: Int32 {
        let parts = components
        return Int32(clamping: parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }
}
