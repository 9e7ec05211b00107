package import Kafka

/// What was seen of a sink's group at one moment.
package struct GroupLag: Sendable, Hashable {
    /// One partition.
    package struct Partition: Sendable, Hashable {
        /// The topic.
        package var topic: String
        /// The partition's number.
        package var number: Int
        /// The group's committed offset; `nil` when it has none.
        package var committed: Int64?
        /// The first offset of the log.
        package var start: Int64
        /// The last stable offset: the end of what a consumer of committed records may read.
        package var end: Int64

        /// Topic and number.
        package var name: TopicPartition { TopicPartition(topic: topic, partition: Int32(clamping: number)) }

        /// Creates a partition.
        package init(topic: String, number: Int, committed: Int64?, start: Int64, end: Int64) {
            self.topic = topic
            self.number = number
            self.committed = committed
            self.start = start
            self.end = end
        }
    }

    /// The partitions that could be read.
    package var partitions: [Partition]
    /// Partitions of the topics that could not be read: their lag is unknown, not zero.
    package var unknownPartitions: Int
    /// Why topics could not be read at all, a sentence for each with its name; the others' figures hold without them.
    package var unknownTopics: [String]
    /// Whether the group's members have their partitions and none is on its way to another; `nil` when no broker says
    /// so.
    package var isStable: Bool?
    /// Whether a partition without a committed offset begins at the start of its log, and not at its end.
    package var startsAtBeginning: Bool

    /// Creates a reading.
    package init(
        partitions: [Partition],
        unknownPartitions: Int = 0,
        unknownTopics: [String] = [],
        isStable: Bool? = true,
        startsAtBeginning: Bool = true
    ) {
        self.partitions = partitions
        self.unknownPartitions = unknownPartitions
        self.unknownTopics = unknownTopics
        self.isStable = isStable
        self.startsAtBeginning = startsAtBeginning
    }

    /// Whether anything is known of what the group has before it: without topics that is nothing, which is known too.
    var isReadable: Bool { !partitions.isEmpty || unknownPartitions == 0 && unknownTopics.isEmpty }

    /// How many records of a partition the group has before it.
    ///
    /// What retention has deleted is not before it any more, and an end that lies before the committed offset, which a
    /// topic made anew has, is no negative lag.
    package func lag(of partition: Partition) -> Int {
        let place = partition.committed ?? (startsAtBeginning ? partition.start : partition.end)
        return Int(max(0, max(0, partition.end) - max(0, place, partition.start)))
    }

    /// The sum over all partitions that could be read.
    package var total: Int { partitions.reduce(0) { Self.sum($0, lag(of: $1)) } }

    /// Adds without overflow, which offsets that a broken broker makes up could cause.
    static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, isTooLarge) = left.addingReportingOverflow(right)
        return isTooLarge ? .max : sum
    }
}
