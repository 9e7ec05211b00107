internal import Kafka

/// What a reading says about the work that lies before a group.
struct LagSummary {
    /// Records before the group, also those of stuck partitions.
    var lag = 0
    /// The same without stuck partitions, and without what only waits for its batch.
    var backlog = 0.0
    /// How many workers can share the backlog: its sum over its largest part, since one partition has one worker.
    var parallelism = 0
    /// How many partitions there are, unknown ones among them.
    var partitions = 0
    /// How many of them could not be read.
    var unknown = 0
    /// Why topics could not be read at all.
    var unknownTopics: [String] = []
    /// Partitions that do not advance although they have records.
    var stuck: [TopicPartition] = []
    /// Partitions that need a worker to mark the group's place in them.
    var unmarked = 0

    /// Whether everything was read.
    var isComplete: Bool { unknown == 0 && unknownTopics.isEmpty }

    /// What was not read, as a sentence.
    var unread: String {
        var parts = unknown > 0 ? ["\(unknown) of \(partitions) partitions could not be read"] : []
        parts += unknownTopics.prefix(Self.toldTopics)
        if unknownTopics.count > Self.toldTopics {
            parts.append("and \(unknownTopics.count - Self.toldTopics) more topics")
        }
        return parts.joined(separator: "; ")
    }

    /// How many topics that could not be read are named.
    private static let toldTopics = 3

    init(_ group: GroupLag, progress: [TopicPartition: ScalingMemory.Progress], usual: Double) {
        partitions = group.partitions.count + group.unknownPartitions
        unknown = group.unknownPartitions
        unknownTopics = group.unknownTopics
        var waiting = 0
        var (largest, count) = (0, 0)
        for partition in group.partitions {
            let part = group.lag(of: partition)
            lag = GroupLag.sum(lag, part)
            if partition.committed == nil, !group.startsAtBeginning || part > 0 { unmarked += 1 }
            guard part > 0 else { continue }
            if progress[partition.name]?.isStuck == true {
                stuck.append(partition.name)
                continue
            }
            waiting = GroupLag.sum(waiting, part)
            largest = max(largest, part)
            count += 1
        }
        backlog = max(0, Double(waiting) - usual)
        parallelism = largest == 0 ? 0 : min(count, Int((Double(waiting) / Double(largest)).rounded(.up)))
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
