internal import Kafka

/// Where reading of partitions begins and goes on: what is being looked for, and what was found.
///
/// Thread-confined to the poll thread; ``PositionFinder`` asks Kafka on threads of its own.
struct Positions {
    /// The time from one question about the same partitions to the next.
    private static let interval = Duration.seconds(1)

    private let finder: PositionFinder
    private var found = StartSearch.Outcome()
    /// The number of the last search for the beginnings of an assignment; other searches have the number 0.
    private var lastSearch = 0
    /// Partitions that the client has given up, with the offset that is not in their log, if there is one.
    private var lost: [TopicPartition: Int64?] = [:]
    private var resets: [TopicPartition: OffsetReset] = [:]
    private var refused: Set<TopicPartition> = []
    private var nextQuestion = Duration.zero

    init(reader: any OffsetReading, policy: OffsetResetPolicy, clock: SinkClock) {
        finder = PositionFinder(reader: reader, policy: policy, clock: clock)
    }

    /// Begins to search where partitions begin.
    mutating func locate(_ partitions: [TopicPartition], until deadline: Duration) {
        found = StartSearch.Outcome()
        lastSearch += 1
        finder.locate(partitions, until: deadline, number: lastSearch)
    }

    /// Returns what was found since the last search for beginnings was started.
    mutating func takeStarts() -> StartSearch.Outcome {
        defer { found = StartSearch.Outcome() }
        return found
    }

    /// Notes that the client has given up a partition, because it found nothing at the offset, or had no offset.
    mutating func noteLoss(of partition: TopicPartition, at offset: Int64?) {
        lost.updateValue(offset, forKey: partition)
    }

    /// Whether the client has given up a partition, and it is not known yet where reading goes on.
    func isLost(_ partition: TopicPartition) -> Bool { lost.keys.contains(partition) }

    /// Says that a topic was deleted.
    mutating func noteDeletion(of topic: String) { finder.noteDeletion(of: topic) }

    /// Forgets partitions.
    mutating func forget(_ partitions: [TopicPartition]) {
        for partition in partitions {
            lost[partition] = nil
            resets[partition] = nil
            refused.remove(partition)
        }
    }

    /// Takes the answers of the ``PositionFinder``.
    /// - Returns: Whether a search for beginnings has ended.
    mutating func takeAnswers() -> Bool {
        var hasStarts = false
        for answer in finder.take() {
            switch answer {
            case .starts(let number, let outcome):
                // The partitions of an older search were taken or assigned again since.
                guard number == 0 || number == lastSearch else { continue }
                if number != 0 {
                    hasStarts = true
                    found = outcome
                }
                for (name, start) in outcome.starts where lost[name] == .some(nil) { resets[name] = .found(start) }
                refused.formUnion(outcome.refused.filter { lost[$0] == .some(nil) })
            case .resets(let found):
                resets.merge(found.filter { lost[$0.key] == .some($0.value.refused) }) { $1 }
            }
        }
        return hasStarts
    }

    /// Returns partitions that the client has given up, and of which a person has to say where they begin.
    mutating func takeRefused() -> [TopicPartition] {
        defer { refused.removeAll() }
        return Array(refused)
    }

    /// Returns where reading goes on for partitions that the client has given up, and asks about those not known yet.
    mutating func takeResets(_ now: Duration) -> [TopicPartition: OffsetReset] {
        guard !lost.isEmpty else { return [:] }
        let ready = resets
        for name in ready.keys { lost[name] = nil }
        resets.removeAll()
        guard now >= nextQuestion, !lost.isEmpty else { return ready }
        nextQuestion = now + Self.interval
        let offsets = lost.compactMapValues { $0 }
        let begun = offsets.isEmpty || finder.compare(offsets)
        let unknown = lost.filter { $0.value == nil }.map(\.key)
        if begun, !unknown.isEmpty { finder.locate(unknown, until: now + Self.interval, number: 0) }
        return ready
    }

    /// Ends the searches.
    func cancel() { finder.cancel() }
}
