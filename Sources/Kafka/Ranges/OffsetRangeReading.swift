internal import CRdKafka

/// A range of one partition's offsets that is being read again; for one thread, which blocks.
///
/// Offsets may be missing: control records, records of aborted transactions, what compaction took. So the range ends
/// when the next offset to be read is past it, which a record or the partition's end tells; nothing is counted.
///
/// The partition is fetched until the value is destroyed.
@safe
package struct OffsetRangeReading: ~Copyable {
    private let client: RangeClient
    private let turn: PartitionTurns.Turn
    private let topic: OpaquePointer
    private let queue: OpaquePointer
    private let partition: TopicPartition
    private let limits: OffsetRangeReader.Limits
    private let deadline: ContinuousClock.Instant
    private let isCancelled: @Sendable () -> Bool
    private let upper: Int64
    private var names = PartitionNames()
    /// Where the log ended when it ended too early, and since when.
    private var earlyEnd: (offset: Int64, since: ContinuousClock.Instant)?
    private var hasFlow = false
    /// When the cluster is asked why nothing comes.
    private var nextQuestion = ContinuousClock.now + Self.questionPause
    /// Since when the topic is not known to the cluster.
    private var unknownSince: ContinuousClock.Instant?
    private var failure: OffsetRangeError?
    /// The offset that comes next; everything below it was returned or does not exist.
    package private(set) var position: Int64

    /// How long nothing comes until the cluster is asked why, and the time between two such questions.
    private static let questionPause = Duration.seconds(1)

    /// - Throws: ``KafkaError`` when the library refuses to fetch the partition.
    init(
        client: RangeClient,
        turn: PartitionTurns.Turn,
        partition: TopicPartition,
        offsets: Range<Int64>,
        limits: OffsetRangeReader.Limits,
        deadline: ContinuousClock.Instant,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(KafkaError) {
        guard let topic = unsafe rd_kafka_topic_new(client.handle.pointer, partition.topic, nil) else {
            throw client.handle.error(rd_kafka_last_error(), "cannot read topic \(partition.topic)")
        }
        guard let queue = unsafe rd_kafka_queue_new(client.handle.pointer) else {
            unsafe rd_kafka_topic_destroy(topic)
            throw KafkaError(.other, "the Kafka client has no queue for \(partition)")
        }
        guard unsafe rd_kafka_consume_start_queue(topic, partition.partition, offsets.lowerBound, queue) == 0 else {
            let error = client.handle.error(rd_kafka_last_error(), "cannot fetch \(partition)")
            unsafe rd_kafka_queue_destroy(queue)
            unsafe rd_kafka_topic_destroy(topic)
            throw error
        }
        unsafe (self.topic, self.queue) = (topic, queue)
        (self.client, self.turn, self.partition, self.limits) = (client, turn, partition, limits)
        (self.deadline, self.isCancelled) = (deadline, isCancelled)
        (position, upper) = (offsets.lowerBound, offsets.upperBound)
    }

    deinit {
        unsafe rd_kafka_consume_stop(topic, partition.partition)
        unsafe rd_kafka_queue_destroy(queue)
        unsafe rd_kafka_topic_destroy(topic)
    }

    /// Waits for the next records of the range, in the order of their offsets.
    /// - Returns: A chunk; `nil` when the range is read to its end.
    /// - Throws: ``OffsetRangeError``, and the same one again from then on.
    package mutating func next() throws(OffsetRangeError) -> ReceivedMessages? {
        if let failure { throw failure }
        do throws(OffsetRangeError) {
            return try receive()
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func receive() throws(OffsetRangeError) -> ReceivedMessages? {
        guard position < upper else { return nil }
        try checkLimits()
        let array = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(
            capacity: limits.chunkRecords
        )
        var (count, bytes) = (0, 0)
        do throws(OffsetRangeError) {
            while position < upper, count < limits.chunkRecords, bytes < limits.chunkBytes {
                guard let message = try unsafe take(waits: count == 0) else { break }
                guard try unsafe isRecord(message) else { continue }
                unsafe array[count] = message
                bytes += unsafe message.pointee.len
                count += 1
            }
        } catch {
            // What came before the failure is returned first.
            guard count > 0 else {
                unsafe array.deallocate()
                throw error
            }
            failure = error
        }
        guard count > 0 else {
            unsafe array.deallocate()
            return nil
        }
        return unsafe ReceivedMessages(adopting: array, count: count, names: &names, client: client.handle)
    }

    /// Takes a message off the queue.
    /// - Parameter waits: Whether to wait until one comes, or else the range fails.
    private mutating func take(
        waits: Bool
    ) throws(OffsetRangeError) -> UnsafeMutablePointer<rd_kafka_message_t>? {
        if let message = unsafe rd_kafka_consume_queue(queue, 0) { return unsafe message }
        while waits {
            if hasFlow { client.nudge(partition) }
            hasFlow = false
            let left = try checkLimits()
            if let end = earlyEnd, ContinuousClock.now - end.since > limits.endPatience { throw tooShort(end.offset) }
            try askWhy(left)
            if let message = unsafe rd_kafka_consume_queue(queue, min(left, .milliseconds(100)).milliseconds) {
                return unsafe message
            }
        }
        return nil
    }

    /// Fails when the caller wants no more, or the time is over.
    /// - Returns: The time that is left.
    @discardableResult
    private func checkLimits() throws(OffsetRangeError) -> Duration {
        if isCancelled() { throw error(.cancelled, "the caller wants no more") }
        let left = deadline - ContinuousClock.now
        guard left > .zero else { throw timeout() }
        return left
    }

    /// Asks from time to time why nothing comes.
    private mutating func askWhy(_ left: Duration) throws(OffsetRangeError) {
        let now = ContinuousClock.now
        guard now >= nextQuestion else { return }
        let refusal = client.refusal(of: partition, timeout: min(left, .seconds(2)))
        nextQuestion = ContinuousClock.now + Self.questionPause
        guard let refusal else {
            unknownSince = nil
            return
        }
        // A broker that has just started may not know every topic yet.
        let since = unknownSince ?? now
        unknownSince = since
        guard refusal.code != .unknownTopic || now - since > limits.endPatience else { return }
        throw error(.client(refusal.code), refusal.message)
    }

    /// Takes note of a message, which is destroyed when it is no record of the range.
    private mutating func isRecord(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>
    ) throws(OffsetRangeError) -> Bool {
        let (code, offset) = unsafe (message.pointee.err, message.pointee.offset)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = unsafe String(cString: rd_kafka_message_errstr(message))
            unsafe rd_kafka_message_destroy(message)
            try note(code, offset, reason)
            return false
        }
        guard offset >= position else {
            unsafe rd_kafka_message_destroy(message)
            throw error(
                .client(.corruptData),
                "the broker's next record says that it has offset \(offset), which lies before that"
            )
        }
        guard offset < upper else {
            unsafe rd_kafka_message_destroy(message)
            position = upper
            return false
        }
        (position, earlyEnd, hasFlow) = (offset.next, nil, true)
        nextQuestion = ContinuousClock.now + Self.questionPause
        return true
    }

    private mutating func note(
        _ code: rd_kafka_resp_err_t,
        _ offset: Int64,
        _ reason: String
    ) throws(OffsetRangeError) {
        switch code {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            if offset >= upper { position = upper } else { noteEarlyEnd(at: offset) }
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            try find()
        default:
            let failure = KafkaError(code, "the Kafka client", reason: reason)
            // The client tries again by itself, until the deadline.
            if !failure.isRetriable { throw error(.client(failure.code), failure.message) }
        }
    }

    private mutating func noteEarlyEnd(at offset: Int64) {
        earlyEnd = (offset, earlyEnd?.since ?? ContinuousClock.now)
    }

    /// Finds out why the next offset is not in the log.
    private mutating func find() throws(OffsetRangeError) {
        let patience = min(max(deadline - ContinuousClock.now, .milliseconds(1)), .seconds(10))
        if let (low, high) = client.watermarks(partition, timeout: patience) {
            guard low <= position else {
                throw error(.expired(from: low), "the log begins at offset \(low), what lies before it was deleted")
            }
            if high < upper { noteEarlyEnd(at: high) }
        }
        if let end = earlyEnd, ContinuousClock.now - end.since > limits.endPatience { throw tooShort(end.offset) }
        // The offset is there after all, or may be in a moment, as when a new leader does not know the end yet.
        try restart()
    }

    private mutating func restart() throws(OffsetRangeError) {
        unsafe rd_kafka_consume_stop(topic, partition.partition)
        // Nothing of before is returned any more, so this only waits a moment: the reason may last.
        if let message = unsafe rd_kafka_consume_queue(queue, 100) { unsafe rd_kafka_message_destroy(message) }
        guard unsafe rd_kafka_consume_start_queue(topic, partition.partition, position, queue) == 0 else {
            let failure = client.handle.error(rd_kafka_last_error(), "cannot fetch \(partition)")
            throw error(.client(failure.code), failure.message)
        }
    }

    private func tooShort(_ end: Int64) -> OffsetRangeError {
        error(
            .endsEarly(end: end),
            "the log ends at offset \(end), before \(upper): it lost its end, or the topic was deleted and made again"
        )
    }

    private func timeout() -> OffsetRangeError {
        let why = client.lastFailure.map { ": \($0.message)" } ?? ""
        return error(.timedOut, "the time for it is over before offset \(upper)\(why)")
    }

    private func error(_ code: OffsetRangeError.Code, _ reason: String) -> OffsetRangeError {
        OffsetRangeError(
            code: code,
            message: "cannot read \(partition) from offset \(position): \(reason)",
            position: position
        )
    }
}

@available(*, unavailable, message: "a range stays on the thread that reads it")
extension OffsetRangeReading: Sendable {}
