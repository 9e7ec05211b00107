internal import Kafka

/// Notices partitions that cannot advance: Kafka has more of them, they are fetched, and nothing comes.
///
/// Such as when a record is larger than what the client takes. Pure; thread-confined to the poll thread.
struct StallWatch {
    /// What is to be told.
    enum Finding: Equatable {
        /// Nothing has come since `seconds` although there is something to read.
        case stalled(seconds: Int)
        /// What was stalled goes on.
        case recovered
    }

    private struct Place {
        let next: Int64
        let since: Duration
        var isReported = false
    }

    private let limit: Duration
    private var places: [TopicPartition: Place] = [:]

    /// - Parameter limit: How long a partition may bring nothing although there is something.
    init(limit: Duration) { self.limit = limit }

    /// How many partitions are stalled.
    var count: Int { places.values.count(where: \.isReported) }

    /// Says where a partition stands.
    /// - Parameters:
    ///   - next: The next offset to come.
    ///   - end: The partition's end, or `nil` while that is unknown.
    ///   - isFetched: Whether it is fetched now; time in which it is not does not count.
    mutating func look(
        at partition: TopicPartition,
        next: Int64,
        end: Int64?,
        isFetched: Bool,
        _ now: Duration
    ) -> Finding? {
        let before = places[partition]
        let isWaiting = isFetched && (end.map { $0 > next } ?? false)
        guard isWaiting, let before, before.next == next else {
            places[partition] = isWaiting ? Place(next: next, since: now) : nil
            return before?.isReported == true ? .recovered : nil
        }
        guard !before.isReported, now - before.since >= limit else { return nil }
        places[partition]?.isReported = true
        return .stalled(seconds: Int((now - before.since).components.seconds))
    }

    /// Forgets a partition.
    /// - Returns: Whether it was stalled.
    mutating func remove(_ partition: TopicPartition) -> Bool {
        places.removeValue(forKey: partition)?.isReported ?? false
    }
}
