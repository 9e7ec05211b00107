/// How many partitions each topic had when the group began to read it.
///
/// `latest` says where a group begins, not what it may miss: a partition that is added later is read from its
/// beginning. To know later which partitions were added, the number has to outlive the process, and only the group can
/// keep it. So it is committed as text with every offset, and is read from there.
struct GroupBeginnings: Sendable {
    private static let key = "partitions="

    private var counts: [String: Int] = [:]

    init() {}

    /// The number of partitions that a topic had, if it is known.
    subscript(topic: String) -> Int? { counts[topic] }

    /// Whether a partition was added after the group had begun with its topic.
    func isAdded(_ topic: String, _ partition: Int32) -> Bool { counts[topic].map { Int(partition) >= $0 } ?? false }

    /// Reads the text that was committed with an offset; text that others wrote is ignored.
    mutating func learn(_ topic: String, memo: String) {
        guard memo.hasPrefix(Self.key), let count = Int(memo.dropFirst(Self.key.count)), count >= 0 else { return }
        counts[topic] = min(counts[topic] ?? count, count)
    }

    /// Notes that the group begins now with a topic of `count` partitions, unless it began before.
    mutating func begin(_ topic: String, count: Int) { counts[topic] = counts[topic] ?? count }

    /// Notes that a topic was deleted: every partition found under its name later was added after the group had begun.
    mutating func noteDeletion(of topic: String) { counts[topic] = 0 }

    /// Merges what another copy has learned; of two numbers the lower one is older, and is kept.
    mutating func formUnion(_ other: GroupBeginnings) { counts.merge(other.counts) { min($0, $1) } }

    /// The text to commit with offsets of a topic, or `nil` while the number is not known.
    func memo(_ topic: String) -> String? { counts[topic].map { Self.key + String($0) } }
}
