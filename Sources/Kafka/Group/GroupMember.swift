internal import CRdKafka
package import Logging

/// A member of a consumer group, over librdkafka; for one thread.
///
/// The compiler keeps it there: it cannot be copied, nor sent once it is in use. Make it on the thread that polls it. What
/// other threads may ask is an ``OffsetReader``'s.
@safe
package struct GroupMember: ~Copyable {
    private let client: ClientHandle
    private let queue: ConsumerQueue
    private let context: ClientContext
    private let membership: Membership
    private let nudger: FetchNudger?
    private var names: PartitionNames
    private var held: Set<TopicPartition>
    private var paused: Set<TopicPartition>
    /// Where the client was last told to begin.
    private var starts: [TopicPartition: Int64]
    private var hasSubscribed: Bool
    /// Reads offsets of this member's group through its client, from any thread.
    package let offsets: OffsetReader

    /// Creates a member, which connects in the background and is in no group until ``subscribe(to:)``.
    /// - Parameters:
    ///   - configuration: Properties under librdkafka's names.
    ///   - logger: Takes the library's own lines too.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    package init(configuration: KafkaClientConfiguration, logger: Logger) throws(KafkaError) {
        let asked = configuration.values["debug"].flatMap { $0.isEmpty ? nil : $0 }
        let membership = Membership()
        let context = ClientContext(logger: logger, showsDebugLines: asked != nil, membership: membership)
        var configuration = configuration
        // For the lines that JoinState reads.
        configuration.values["debug"] = asked.map { $0 + ",cgrp" } ?? "cgrp"
        let handle = try ConfigurationHandle(configuration, context: context)
        unsafe handle.withPointer { pointer in
            unsafe rd_kafka_conf_set_rebalance_cb(pointer, rebalanceCallback)
            unsafe rd_kafka_conf_set_offset_commit_cb(pointer, commitCallback)
            unsafe rd_kafka_conf_set_stats_cb(pointer, statisticsCallback)
        }
        let client = try handle.makeClient(RD_KAFKA_CONSUMER, context: context)
        // Errors and statistics come with the messages, so that one call serves everything.
        unsafe rd_kafka_poll_set_consumer(client.pointer)
        let queue = try ConsumerQueue(client: client)
        nudger = KafkaLibrary.looksAgainByItself ? nil : try FetchNudger(queue: queue)
        (self.client, self.queue, self.context, self.membership) = (client, queue, context, membership)
        offsets = OffsetReader(client: client, group: configuration.values["group.id"] ?? "")
        (names, held, paused, starts, hasSubscribed) = (PartitionNames(), [], [], [:], false)
    }

    deinit {
        nudger?.stop()
        if hasSubscribed, !membership.wasAssigned, !KafkaLibrary.destroysUnassignedConsumers { client.abandon() }
    }

    /// Joins the group for these topics; an entry that starts with `^` is a regular expression.
    /// - Throws: ``KafkaError``.
    package mutating func subscribe(to topics: [String]) throws(KafkaError) {
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: RD_KAFKA_PARTITION_UA) })
        hasSubscribed = true
        try KafkaError.check(unsafe rd_kafka_subscribe(client.pointer, list.pointer), "cannot subscribe")
    }

    /// Waits for messages and events.
    ///
    /// The group's `max.poll.interval.ms` is kept by calling this, also while everything is paused.
    /// - Parameters:
    ///   - maximumMessages: The most messages to return.
    ///   - timeout: The most time until it returns with what there is.
    /// - Throws: ``KafkaError`` when the library refuses the call.
    package mutating func poll(
        maximumMessages: Int,
        timeout: Duration
    ) throws(KafkaError) -> (messages: ReceivedMessages?, events: [GroupMemberEvent]) {
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
            ReceivedMessages(adopting: array, count: kept, names: &names, client: client), context.takeEvents()
        )
    }

    /// Starts fetching partitions that the group gave.
    /// - Parameters:
    ///   - partitions: What the group gave.
    ///   - starts: The offsets to begin at; a partition without one begins at the group's committed offset.
    /// - Throws: ``KafkaError``.
    package mutating func assign(
        _ partitions: [TopicPartition],
        at starts: [TopicPartition: Int64] = [:]
    ) throws(KafkaError) {
        let list = PartitionList(partitions, starts: starts)
        if isCooperative {
            unsafe try KafkaError.check(
                unsafe rd_kafka_incremental_assign(client.pointer, list.pointer),
                "cannot assign partitions"
            )
        } else {
            try KafkaError.check(unsafe rd_kafka_assign(client.pointer, list.pointer), "cannot assign partitions")
        }
        held.formUnion(partitions)
        self.starts.merge(starts) { $1 }
        nudger?.set(partitions: held)
    }

    /// Begins anew with partitions that are held, at other offsets.
    ///
    /// A seek does less: the library refuses it for a partition that it has given up, as it does when the offset at which
    /// it was to read on is not in the log. The partitions are fetched then, also when they were paused.
    /// - Throws: ``KafkaError``.
    package mutating func restart(at offsets: [TopicPartition: Int64]) throws(KafkaError) {
        let partitions = Array(offsets.keys)
        if isCooperative {
            try unassign(partitions)
            return try assign(partitions, at: offsets)
        }
        try resume(partitions)
        // An eager assignment is always the whole one.
        starts.merge(positions(of: held)) { $1 }
        starts.merge(offsets) { $1 }
        try assign(Array(held), at: starts.filter { held.contains($0.key) })
    }

    /// Stops fetching partitions that the group takes.
    /// - Throws: ``KafkaError``.
    package mutating func unassign(_ partitions: [TopicPartition]) throws(KafkaError) {
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
        for partition in partitions { starts[partition] = nil }
        nudger?.set(partitions: held)
    }

    /// Stops fetching for a while; what was prefetched is thrown away and fetched again later.
    /// - Throws: ``KafkaError``.
    package mutating func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
        guard !partitions.isEmpty else { return }
        paused.formUnion(partitions)
        let list = PartitionList(partitions)
        try KafkaError.check(unsafe rd_kafka_pause_partitions(client.pointer, list.pointer), "cannot pause")
    }

    /// Goes on fetching behind the last message that poll returned; partitions that are not paused are left alone.
    /// - Throws: ``KafkaError``.
    package mutating func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
        // librdkafka before 2.4 may go back to an earlier offset of a partition that is resumed without need (its
        // changelog, #4636).
        let some = partitions.filter(paused.contains)
        guard !some.isEmpty else { return }
        paused.subtract(some)
        let list = PartitionList(some)
        try KafkaError.check(unsafe rd_kafka_resume_partitions(client.pointer, list.pointer), "cannot resume")
    }

    /// Reads on from other offsets; records that are on their way from before are thrown away.
    ///
    /// Blocks at most `timeout`.
    /// - Throws: ``KafkaError``, also when a partition is not held any more.
    package mutating func seek(to offsets: [TopicPartition: Int64], timeout: Duration) throws(KafkaError) {
        let list = PartitionList(offsets.keys, starts: offsets)
        unsafe try KafkaError.check(
            unsafe rd_kafka_seek_partitions(client.pointer, list.pointer, timeout.milliseconds),
            "cannot read on from another offset"
        )
        if let failure = list.firstFailure {
            throw KafkaError(failure.error, "cannot read \(failure.partition) on from another offset")
        }
    }

    /// The offsets behind the last messages that poll returned; partitions of which it returned none are left out.
    package func positions(of partitions: some Collection<TopicPartition>) -> [TopicPartition: Int64] {
        let list = PartitionList(partitions)
        guard unsafe rd_kafka_position(client.pointer, list.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [:] }
        return list.offsets
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
    package var mayCommit: Bool { !membership.isJoining }

    /// Commits offsets: for each partition the next one to read.
    ///
    /// To be asked only while ``mayCommit``.
    /// - Throws: ``KafkaError``.
    package func commit(_ offsets: [TopicPartition: CommittedOffset], mode: CommitMode) throws(KafkaError) {
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

    /// Leaves the group, at most within `timeout`, and frees the client's threads.
    package consuming func close(timeout: Duration) {
        nudger?.stop()
        membership.beginClosing()
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
    private mutating func dropErrors(
        _ array: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>,
        _ count: Int
    )
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
            if unsafe message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
                let partition = unsafe names.name(message.pointee.rkt, message.pointee.partition)
                unsafe context.record(.partitionEnd(partition, message.pointee.offset))
            } else {
                unsafe record(error: message)
            }
            unsafe rd_kafka_message_destroy(message)
        }
        return kept
    }

    private mutating func record(error message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let reason = unsafe String(cString: rd_kafka_message_errstr(message))
        guard let topic = unsafe message.pointee.rkt, unsafe message.pointee.partition >= 0 else {
            let error = unsafe KafkaError(message.pointee.err, "the Kafka client", reason: reason)
            return context.record(.error(error))
        }
        let partition = unsafe names.name(topic, message.pointee.partition)
        let offset = unsafe message.pointee.offset
        let place = offset >= 0 ? "\(partition) at offset \(offset)" : "\(partition)"
        let error = unsafe KafkaError(message.pointee.err, "cannot read \(place)", reason: reason)
        context.record(.partitionError(partition, offset: offset >= 0 ? offset : nil, error))
    }
}

@available(*, unavailable, message: "a member stays on the thread that polls it")
extension GroupMember: Sendable {}
