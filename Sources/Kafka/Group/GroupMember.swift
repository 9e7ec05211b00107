internal import CRdKafka
package import Logging
package import Secrets

/// A member of a consumer group, over librdkafka; for one thread.
///
/// The compiler keeps it there: it cannot be copied, nor sent once it is in use. Make it on the thread that polls it.
/// Other threads use an ``OffsetReader``.
///
/// The library never chooses an offset by itself: where a partition begins, and where it goes on when the next offset is not
/// in its log, is said by ``assign(_:at:)`` and ``seek(to:)``.
@safe
package struct GroupMember: ~Copyable {
    let client: ClientHandle
    private let queue: ConsumerQueue
    let context: ClientContext
    private let membership: Membership
    private let nudger: FetchNudger
    var names: PartitionNames
    var book: PartitionBook
    private var hasSubscribed: Bool
    /// How many events of the group wait for their answer.
    private var openEvents: Int
    /// Partitions that move to other offsets as soon as the group's events are answered.
    private var waitingSeeks: [TopicPartition: Int64]
    private let stalls: StallCheck
    private let stallLimit: Duration
    private var nextLook: ContinuousClock.Instant
    /// Reads offsets of this member's group through its client, from any thread.
    package let offsets: OffsetReader

    /// Creates a member, which connects in the background and is in no group until ``subscribe(to:)``.
    /// - Parameters:
    ///   - configuration: Properties under librdkafka's names; `auto.offset.reset` has no effect.
    ///   - logger: Takes the library's own lines too.
    ///   - stallLimit: How long a partition may stand still before its end; longer than that is an error.
    /// - Throws: ``KafkaError`` with `invalidConfiguration`.
    package init(
        configuration: KafkaClientConfiguration,
        logger: Logger,
        stallLimit: Duration = .seconds(60)
    ) throws(KafkaError) {
        let asked = configuration.values["debug"].flatMap { $0.isEmpty ? nil : $0 }
        let membership = Membership()
        let context = ClientContext(
            configuration,
            logger: logger,
            showsDebugLines: asked != nil,
            membership: membership
        )
        var configuration = configuration
        // For the lines that JoinState reads.
        configuration.values["debug"] = asked.map { $0 + ",cgrp" } ?? "cgrp"
        // Instead of choosing an offset the library reports that it needs one.
        configuration.values["auto.offset.reset"] = "error"
        configuration.values["enable.partition.eof"] = "true"
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
        // librdkafka's default is half a second.
        let fetchWait = configuration.values["fetch.wait.max.ms"].flatMap { Int($0) } ?? 500
        nudger = try FetchNudger(queue: queue, fetchWait: .milliseconds(fetchWait))
        (self.client, self.queue, self.context, self.membership) = (client, queue, context, membership)
        offsets = OffsetReader(member: client, group: configuration.values["group.id"] ?? "")
        stalls = StallCheck(offsets: offsets, context: context, limit: stallLimit)
        (names, book, hasSubscribed) = (PartitionNames(), PartitionBook(), false)
        (openEvents, waitingSeeks) = (0, [:])
        (self.stallLimit, nextLook) = (stallLimit, ContinuousClock.now)
    }

    deinit {
        nudger.stop()
        if hasSubscribed, !membership.wasAssigned, !KafkaLibrary.destroysUnassignedConsumers { client.abandon() }
    }

    /// Joins the group for these topics; an entry that starts with `^` is a regular expression.
    /// - Throws: ``KafkaError``.
    package mutating func subscribe(to topics: [String]) throws(KafkaError) {
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: RD_KAFKA_PARTITION_UA) })
        hasSubscribed = true
        try client.check(unsafe rd_kafka_subscribe(client.pointer, list.pointer), "cannot subscribe")
    }

    /// Signs in with another user and password from the next connection on (PLAIN and SCRAM); those that stand go on.
    /// - Throws: ``KafkaError``.
    package func setCredentials(user: Secret, password: Secret) throws(KafkaError) {
        try client.setCredentials(user: user, password: password)
    }

    /// Waits for messages and events.
    ///
    /// It must be called at least every `max.poll.interval.ms`, also while everything is paused.
    /// - Parameters:
    ///   - maximumMessages: The most messages to return.
    ///   - timeout: The most time until it returns with what there is.
    /// - Throws: ``KafkaError`` when the library refuses the call.
    package mutating func poll(
        maximumMessages: Int,
        timeout: Duration
    ) throws(KafkaError) -> (messages: ReceivedMessages?, events: [GroupMemberEvent]) {
        try seekIfFree()
        let array = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: maximumMessages)
        let count = unsafe receive(into: array, maximumMessages, timeout)
        guard count >= 0 else {
            unsafe array.deallocate()
            throw client.error(rd_kafka_last_error(), "cannot poll")
        }
        let kept = unsafe sort(array, count)
        if !KafkaLibrary.looksAgainByItself { nudger.note(received: kept) }
        var messages: ReceivedMessages?
        if kept > 0 {
            messages = unsafe ReceivedMessages(adopting: array, count: kept, names: &names, client: client)
        } else {
            unsafe array.deallocate()
        }
        lookForStalls()
        return (messages, takeEvents())
    }

    private mutating func takeEvents() -> [GroupMemberEvent] {
        let events = context.takeEvents()
        for event in events {
            switch event {
            case .assigned, .revoked, .lost: openEvents += 1
            default: break
            }
        }
        return events
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
        openEvents = max(0, openEvents - 1)
        try beginFetching(partitions, at: starts)
        book.add(partitions, at: starts)
        // The library paused all partitions for the rebalance.
        nudger.noteResumption()
        nudger.set(partitions: book.held)
    }

    /// Stops fetching partitions that the group takes.
    /// - Throws: ``KafkaError``.
    package mutating func unassign(_ partitions: [TopicPartition]) throws(KafkaError) {
        openEvents = max(0, openEvents - 1)
        // A pause outlives the assignment in librdkafka: a partition that comes again would never be read.
        try resumeFetching(partitions.filter { book.isHalted($0) } + book.resume(partitions))
        for partition in partitions { waitingSeeks[partition] = nil }
        book.remove(partitions)
        nudger.set(partitions: book.held)
        if isCooperative {
            try endFetching(partitions)
        } else {
            try client.check(unsafe rd_kafka_assign(client.pointer, nil), "cannot give partitions back")
        }
    }

    /// Stops fetching for a while; what was prefetched is thrown away and fetched again later.
    /// - Throws: ``KafkaError``.
    package mutating func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
        try pauseFetching(book.pause(partitions))
    }

    /// Goes on fetching after the last message that poll returned; partitions that are not paused are left alone.
    /// - Throws: ``KafkaError``.
    package mutating func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
        // librdkafka before 2.4 may go back to an earlier offset of a partition that is resumed without need (its
        // changelog, #4636).
        try resumeFetching(book.resume(partitions))
    }

    /// Moves held partitions to other offsets; records that are already on their way are thrown away.
    ///
    /// While the group waits for the answer to an event, the partitions rest; they move as soon as it is given.
    /// - Throws: ``KafkaError``.
    package mutating func seek(to offsets: [TopicPartition: Int64]) throws(KafkaError) {
        let moves = offsets.filter { book.holds($0.key) }
        waitingSeeks.merge(moves) { $1 }
        try pauseFetching(moves.keys.filter { book.halt($0) })
        try seekIfFree()
    }

    /// The offset that poll returns next, for each held partition for which it is known.
    package var positions: [TopicPartition: Int64] { book.positions }

    /// Says that no event of the group waits for an answer any more, also when one answer was for several events.
    package mutating func noteAnswered() { openEvents = 0 }

    /// Moves the partitions whose ``seek(to:)`` had to wait for the group; ``poll(maximumMessages:timeout:)`` does it too.
    /// - Throws: ``KafkaError``.
    package mutating func seekIfFree() throws(KafkaError) {
        // librdkafka would take the calls that move a partition for the answer to the group's event.
        guard openEvents == 0, !waitingSeeks.isEmpty else { return }
        let moves = waitingSeeks
        waitingSeeks = [:]
        // librdkafka's own seek refuses partitions that have no offset, which are those that have to be moved.
        if isCooperative {
            try endFetching(Array(moves.keys))
            try resumeFetching(book.move(to: moves))
            try beginFetching(Array(moves.keys), at: moves)
        } else {
            try resumeFetching(book.move(to: moves))
            try beginFetching(Array(book.held), at: book.positions)
        }
    }

    private func beginFetching(
        _ partitions: [TopicPartition],
        at starts: [TopicPartition: Int64]
    ) throws(KafkaError) {
        let list = PartitionList(partitions, starts: starts)
        if isCooperative {
            unsafe try KafkaError.check(
                unsafe rd_kafka_incremental_assign(client.pointer, list.pointer),
                "cannot assign partitions"
            )
        } else {
            try client.check(unsafe rd_kafka_assign(client.pointer, list.pointer), "cannot assign partitions")
        }
    }

    private func endFetching(_ partitions: [TopicPartition]) throws(KafkaError) {
        let list = PartitionList(partitions)
        unsafe try KafkaError.check(
            unsafe rd_kafka_incremental_unassign(client.pointer, list.pointer),
            "cannot give partitions back"
        )
    }

    func pauseFetching(_ partitions: [TopicPartition]) throws(KafkaError) {
        guard !partitions.isEmpty else { return }
        let list = PartitionList(partitions)
        try client.check(unsafe rd_kafka_pause_partitions(client.pointer, list.pointer), "cannot pause")
    }

    private func resumeFetching(_ partitions: [TopicPartition]) throws(KafkaError) {
        guard !partitions.isEmpty else { return }
        let list = PartitionList(partitions)
        try client.check(unsafe rd_kafka_resume_partitions(client.pointer, list.pointer), "cannot resume")
        nudger.noteResumption()
    }

    /// Looks once a second whether partitions stand still although they have more.
    private mutating func lookForStalls() {
        let now = ContinuousClock.now
        guard now >= nextLook else { return }
        nextLook = now + .seconds(1)
        book.excuse(stalls.takeExcused())
        let still = book.standingStill(now, for: stallLimit) { [offsets] in offsets.cachedWatermarks($0)?.high }
        // Partitions that cannot be asked about now are watched from the start again.
        if !still.isEmpty, !stalls.begin(still) { book.excuse(still.keys) }
    }

    /// How ``commit(_:mode:)`` waits.
    package enum CommitMode: Sendable {
        /// The outcome comes as an event of a later poll.
        case async
        /// The outcome is awaited, blocking the thread, at most this long.
        case sync(deadline: Duration)
    }

    /// Whether a commit can succeed: not while the member waits to be told its generation.
    ///
    /// A commit sent in that time is refused, and librdkafka then gives up every partition as lost.
    package var mayCommit: Bool { !membership.isJoining }

    /// Commits offsets: for each partition the next one to read.
    ///
    /// Call it only while ``mayCommit``.
    /// - Throws: ``KafkaError``.
    package func commit(_ offsets: [TopicPartition: CommittedOffset], mode: CommitMode) throws(KafkaError) {
        let list = PartitionList(offsets)
        switch mode {
        case .async:
            try client.check(unsafe rd_kafka_commit(client.pointer, list.pointer, 1), "cannot commit offsets")
        case .sync(let deadline):
            let answers = unsafe rd_kafka_queue_new(client.pointer)
            defer { unsafe rd_kafka_queue_destroy(answers) }
            try client.check(
                unsafe rd_kafka_commit_queue(client.pointer, list.pointer, answers, nil, nil),
                "cannot commit offsets"
            )
            guard let event = unsafe rd_kafka_queue_poll(answers, deadline.milliseconds) else {
                throw KafkaError(.timedOut, "the commit of offsets was not answered within \(deadline)")
            }
            defer { unsafe rd_kafka_event_destroy(event) }
            try client.check(unsafe rd_kafka_event_error(event), "cannot commit offsets")
        }
    }

    /// Leaves the group, at most within `timeout`, and frees the client's threads.
    package consuming func close(timeout: Duration) {
        nudger.stop()
        membership.beginClosing()
        let answers = unsafe rd_kafka_queue_new(client.pointer)
        defer { unsafe rd_kafka_queue_destroy(answers) }
        // With a queue the close does not block, so that a broker that is away cannot hold up the process.
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

    /// Waits for the first message, and takes those that are already there after it.
    ///
    /// Each by a call of its own, since the library's call for several of them loses records. Before 2.1 it throws away what
    /// it has gathered when a partition is paused meanwhile, which the library does to every partition at each cooperative
    /// rebalance (release notes of 2.0.0, known issues, and of 2.1.0, fixes). Since 2.2 it counts the news that a partition
    /// has ended as a record; after the next pause, which a rebalance is too, the partition goes on one record too far, or
    /// beyond its end (issue 4844; seen in 2.8.0).
    /// - Returns: How many messages there are, or -1 when the library refuses the call.
    private func receive(
        into array: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>,
        _ maximum: Int,
        _ timeout: Duration
    ) -> Int {
        var count = 0
        while count < maximum,
            let message = unsafe rd_kafka_consume_queue(queue.pointer, count == 0 ? timeout.milliseconds : 0)
        {
            unsafe array[count] = message
            count += 1
        }
        if count == 0 {
            switch rd_kafka_last_error() {
            case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__INTR, RD_KAFKA_RESP_ERR_NO_ERROR: break
            default: return -1
            }
        }
        return count
    }
}

@available(*, unavailable, message: "a member stays on the thread that polls it")
extension GroupMember: Sendable {}
