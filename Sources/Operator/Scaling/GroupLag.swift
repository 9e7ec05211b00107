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
    /// Whether the group's members have their partitions and none is on its way to another.
    package var isStable: Bool

    /// Creates a reading.
    package init(partitions: [Partition], unknownPartitions: Int = 0, isStable: Bool = true) {
        self.partitions = partitions
        self.unknownPartitions = unknownPartitions
        self.isStable = isStable
    }
}
