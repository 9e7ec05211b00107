internal import Kafka
package import Logging
internal import Metrics
internal import Synchronization

/// A dead-letter topic, and what is on its way there.
///
/// A letter is acknowledged once all replicas have it. One that cannot be written stops the worker through the failure
/// handler and is never acknowledged, so that its offset is not passed; letters that were written are acknowledged even
/// then, until the producer is closed.
package final class DeadLetterQueue: Sendable {
    /// Which of the two queues it is.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Records that cannot be converted: `errors.deadletterqueue.*`.
        case errors
        /// Records whose batch cannot be ingested: `misc.deadletterqueue.*`.
        case misc

        /// What the queue's properties begin with.
        package var prefix: String { "\(rawValue).deadletterqueue." }
    }

    /// Which queue it is.
    package let kind: Kind
    /// The topic.
    package let topic: String
    /// Whether letters say what went wrong (`context.headers.enable`).
    package let addsContext: Bool
    private let producer: DeadLetterProducer
    private let metrics: DeadLetterMetrics
    private let failureHandler: @Sendable (SinkFailure) -> Void
    private let hasFailed = Atomic(false)
    private let logger: Logger

    /// Creates a queue.
    /// - Parameter onFailure: Is told once, from any thread, when a letter cannot be written.
    package init(
        _ kind: Kind,
        topic: String,
        addsContext: Bool,
        producer: DeadLetterProducer,
        metrics: DeadLetterMetrics,
        logger: Logger,
        onFailure: @escaping @Sendable (SinkFailure) -> Void
    ) {
        self.kind = kind
        self.topic = topic
        self.addsContext = addsContext
        self.producer = producer
        self.metrics = metrics
        self.logger = logger
        failureHandler = onFailure
    }

    /// How many letters are on their way, those of a queue that shares the producer included.
    package var waitingLetters: Int { producer.letters }

    /// Takes a letter, unless as much as may be is on its way; never waits.
    ///
    /// A closed queue takes letters too, and never acknowledges them.
    /// - Parameters:
    ///   - letter: What to write.
    ///   - table: Counts the letter when it is acknowledged.
    ///   - acknowledged: Is called once, on the producer's thread, when all replicas have the letter.
    /// - Returns: Whether it was taken; after `false` see ``whenRoom(_:)``.
    package func offer(
        _ letter: DeadLetter,
        table: TableMetrics,
        acknowledged: @escaping @Sendable () -> Void
    ) -> Bool {
        take(letter, table) {
            { outcome in if case .success = outcome { acknowledged() } }
        }
    }

    /// Takes the letter of a record that is in no batch, and holds its offset back until the letter is acknowledged.
    ///
    /// After `false` nothing has changed, and the record must be offered again before any later one of its partition is
    /// read.
    /// - Returns: Whether the letter was taken.
    package func offer(_ letter: DeadLetter, of partition: AssignedPartition) -> Bool {
        take(letter, partition.route.metrics) {
            // Only now: a range that was taken moves the partition's position beyond the record.
            let ticket = partition.take(OffsetRange(lower: letter.offset, upper: letter.offset + 1))
            return { outcome in if case .success = outcome { partition.settle(ticket) } }
        }
    }

    /// Calls `body` once, from any thread, as soon as a letter should find room; perhaps at once.
    package func whenRoom(_ body: @escaping @Sendable () -> Void) { producer.whenRoom(body) }

    /// Writes a letter and returns when all replicas have it, waiting for room first.
    ///
    /// It returns at the latest when the producer is closed.
    /// - Throws: ``SinkFailure`` with `deadLetter`, which the failure handler has heard of too unless the queue is closed.
    package func send(_ letter: DeadLetter, table: TableMetrics) async throws(SinkFailure) {
        while true {
            let outcome: Result<Void, SinkFailure>? = await withCheckedContinuation { continuation in
                let isTaken = take(letter, table) { { continuation.resume(returning: $0) } }
                if !isTaken { producer.whenRoom { continuation.resume(returning: nil) } }
            }
            if let outcome { return try outcome.get() }
            // After a failure the worker stops: nothing waits for room any more.
            if hasFailed.load(ordering: .acquiring) { throw closed(letter) }
        }
    }

    /// - Parameter makeEnd: Called when there is room and before the letter is on its way; returns what is told the
    ///   outcome.
    private func take(
        _ letter: DeadLetter,
        _ table: TableMetrics,
        _ makeEnd: () -> @Sendable (Result<Void, SinkFailure>) -> Void
    ) -> Bool {
        let bytes = letter.bytes
        switch producer.admit(bytes) {
        case .full: return false
        case .closed:
            makeEnd()(.failure(closed(letter)))
            return true
        case .admitted: break
        }
        metrics.waitingBytes.add(Double(bytes))
        let end = makeEnd()
        let record = KafkaRecord(
            topic: topic,
            key: letter.key,
            value: letter.value,
            headers: letter.headers,
            timestamp: letter.timestamp
        )
        do throws(KafkaError) {
            try producer.client.enqueue(record) { [self] outcome in
                finish(letter, bytes, table, outcome, end)
            }
        } catch {
            finish(letter, bytes, table, .failure(error), end)
        }
        return true
    }

    private func finish(
        _ letter: DeadLetter,
        _ bytes: Int,
        _ table: TableMetrics,
        _ outcome: Result<Void, KafkaError>,
        _ end: @Sendable (Result<Void, SinkFailure>) -> Void
    ) {
        metrics.waitingBytes.add(-Double(bytes))
        defer { producer.release(bytes) }
        // What is given up by closing has not failed.
        guard !producer.isClosed else { return end(.failure(closed(letter))) }
        switch outcome {
        case .success:
            metrics.sent.increment()
            table.deadLettersSent.increment()
            end(.success(()))
        case .failure(let error):
            metrics.failed.increment()
            let last = producer.client.lastFailure
            let failure = DeadLetterFault.failure(
                of: letter,
                kind,
                topic: topic,
                servers: producer.servers,
                error,
                reason: error.isRetriable || last?.isFatal == true ? last?.message : nil
            )
            if !hasFailed.exchange(true, ordering: .acquiringAndReleasing) { failureHandler(failure) }
            end(.failure(failure))
        }
    }

    private func closed(_ letter: DeadLetter) -> SinkFailure {
        SinkFailure(
            .deadLetter,
            "the dead letter of \(letter.source) offset \(letter.offset) was not written: the worker stops"
        )
    }

    /// Logs what a stop leaves unwritten.
    func noteLeft(_ count: Int) {
        guard count > 0 else { return }
        logger.warning(
            "dead letters were not acknowledged before the stop; the next start reads their records again",
            ["dead_letters.waiting": count, "kafka.topic": topic]
        )
    }
}
