internal import Kafka

/// Finds out where reading of partitions begins: at the group's offset, else where ``OffsetResetPolicy`` says.
///
/// Two requests to each leader at most, and only for partitions without an offset: there may be a thousand of them.
struct StartSearch: Sendable {
    /// What was found.
    struct Outcome: Sendable {
        var starts: [TopicPartition: StartPosition] = [:]
        /// Partitions for which the group has no offset, although the policy leaves the choice to a person.
        var refused: [TopicPartition] = []
        /// Why others were not found, if any were not.
        var failure: KafkaError?
    }

    private let reader: any OffsetReading
    private let policy: OffsetResetPolicy

    init(reader: any OffsetReading, policy: OffsetResetPolicy) {
        self.reader = reader
        self.policy = policy
    }

    /// Asks once; blocks at most five times `timeout`.
    /// - Parameter beginnings: What is known about topics; what is learned is added.
    func find(
        _ partitions: [TopicPartition],
        _ beginnings: inout GroupBeginnings,
        timeout: Duration
    ) -> Outcome {
        var outcome = Outcome()
        do throws(KafkaError) {
            let committed = try reader.committed(partitions, timeout: timeout)
            for (name, offset) in committed { beginnings.learn(name.topic, memo: offset.metadata) }
            let missing = partitions.filter { committed[$0] == nil }
            try learn(about: partitions, &beginnings, timeout)
            for (name, offset) in committed {
                let memo = beginnings.memo(name.topic) ?? offset.metadata
                outcome.starts[name] = StartPosition(
                    offset: offset.offset,
                    // An offset without the text is committed once more, with it.
                    committed: offset.metadata == memo ? offset.offset : nil,
                    end: nil,
                    memo: memo
                )
            }
            let wanted = missing.filter { policy != .refuse || beginnings.isAdded($0.topic, $0.partition) }
            outcome.refused = missing.filter { !wanted.contains($0) }
            guard !wanted.isEmpty else { return outcome }
            for (name, ends) in try reader.watermarks(wanted, timeout: timeout) {
                let isAtEnd = policy == .end && !beginnings.isAdded(name.topic, name.partition)
                outcome.starts[name] = StartPosition(
                    offset: isAtEnd ? ends.high : ends.low,
                    committed: nil,
                    end: ends.high,
                    memo: beginnings.memo(name.topic) ?? ""
                )
            }
        } catch {
            outcome.failure = error
        }
        return outcome
    }

    /// Finds out how many partitions the topics had when the group began to read them.
    private func learn(
        about partitions: [TopicPartition],
        _ beginnings: inout GroupBeginnings,
        _ timeout: Duration
    ) throws(KafkaError) {
        let topics = Set(partitions.map(\.topic)).filter { beginnings[$0] == nil }
        guard !topics.isEmpty else { return }
        let counts = try reader.partitionCounts(timeout: timeout).filter { topics.contains($0.key) }
        // The text may be with the offsets of partitions that other members read, so all are asked about.
        let all = counts.flatMap { topic, count in
            (0..<Int32(clamping: count)).map { TopicPartition(topic: topic, partition: $0) }
        }
        for (name, offset) in try reader.committed(all, timeout: timeout) {
            beginnings.learn(name.topic, memo: offset.metadata)
        }
        for (topic, count) in counts { beginnings.begin(topic, count: count) }
    }
}
