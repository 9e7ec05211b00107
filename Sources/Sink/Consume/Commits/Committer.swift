internal import Kafka
internal import Logging
internal import Metrics

/// Commits what is settled: one commit in flight at a time while records are read, and one that is waited for at the end.
///
/// Thread-confined to the poll thread.
struct Committer {
    /// How long to wait for the answer to a commit before the next one is sent anyway.
    private static let answerTime = Duration.seconds(30)

    private let interval: Duration
    private let metrics: PipelineMetrics
    private let logger: Logger
    private var nextDue: Duration
    /// When the commit that is still unanswered was sent.
    private var inFlightSince: Duration?

    /// - Parameter interval: The time from one commit to the next (`commit.interval.ms`).
    init(interval: Duration, metrics: PipelineMetrics, logger: Logger, now: Duration) {
        self.interval = interval
        self.metrics = metrics
        self.logger = logger
        nextDue = now + interval
    }

    /// Whether a commit is still unanswered.
    var isInFlight: Bool { inFlightSince != nil }

    /// Makes the next commit due at once, because an offset must not wait for the interval.
    mutating func hasten() { nextDue = .zero }

    /// Commits what is settled, when it is time and the group would take it; the outcome comes as an event.
    /// - Throws: ``KafkaError`` when it is fatal.
    mutating func commitIfDue(
        _ partitions: some Sequence<AssignedPartition>,
        through member: borrowing some OffsetCommitting & ~Copyable,
        _ now: Duration
    ) throws(KafkaError) {
        if let began = inFlightSince, now - began > Self.answerTime { inFlightSince = nil }
        guard now >= nextDue, !isInFlight, member.mayCommit else { return }
        nextDue = now + interval
        let offsets = Self.uncommitted(partitions)
        guard !offsets.isEmpty else { return }
        do throws(KafkaError) {
            try member.commit(offsets, mode: .async)
            inFlightSince = now
        } catch {
            try failed(error, "offsets were not committed, will be tried again")
        }
    }

    /// Commits what is settled and waits for the answer, at most for `timeout`.
    /// - Throws: ``KafkaError`` when it is fatal.
    mutating func commitNow(
        _ partitions: some Collection<AssignedPartition>,
        through member: borrowing some OffsetCommitting & ~Copyable,
        timeout: Duration
    ) throws(KafkaError) {
        let offsets = Self.uncommitted(partitions)
        guard !offsets.isEmpty else { return }
        do throws(KafkaError) {
            try member.commit(offsets, mode: .sync(deadline: timeout))
            metrics.commits.increment()
            for partition in partitions {
                if let offset = offsets[partition.topicPartition] { partition.noteCommitted(offset.offset) }
            }
        } catch {
            try failed(
                error,
                "offsets were not committed; the partition's next owner reads everything after the last committed offset again"
            )
        }
    }

    /// Notes that a commit succeeded.
    mutating func succeeded() {
        // librdkafka also reports the commits that were waited for, which are counted where they are made.
        if isInFlight { metrics.commits.increment() }
        inFlightSince = nil
    }

    /// Notes that a commit failed.
    mutating func failed(_ error: KafkaError) {
        guard isInFlight else { return }
        inFlightSince = nil
        metrics.commitFailures.increment()
        logger.warning("offsets were not committed, will be tried again", ["error": error.message])
    }

    private func failed(_ error: KafkaError, _ consequence: String) throws(KafkaError) {
        if error.isFatal { throw error }
        metrics.commitFailures.increment()
        logger.warning("\(consequence)", ["error": error.message])
    }

    private static func uncommitted(
        _ partitions: some Sequence<AssignedPartition>
    ) -> [TopicPartition: CommittedOffset] {
        var offsets: [TopicPartition: CommittedOffset] = [:]
        for partition in partitions {
            guard let offset = partition.uncommitted else { continue }
            offsets[partition.topicPartition] = CommittedOffset(offset, metadata: partition.memo)
        }
        return offsets
    }
}
