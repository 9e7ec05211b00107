/// What a member's poll tells besides messages.
package enum GroupMemberEvent: Sendable {
    /// The group gives these partitions; answer with ``GroupMember/assign(_:at:)``, also when there are none.
    case assigned([TopicPartition])
    /// The group takes these partitions; answer with ``GroupMember/unassign(_:)`` when they are finished with.
    case revoked([TopicPartition])
    /// These partitions were taken without asking; answer with ``GroupMember/unassign(_:)`` at once.
    case lost([TopicPartition])
    /// An asynchronous commit of these offsets succeeded.
    case committed([TopicPartition: Int64])
    /// An asynchronous commit failed.
    case commitFailed(KafkaError)
    /// What the client tells of itself, every `statistics.interval.ms`.
    case statistics(KafkaStatistics)
    /// Something went wrong; unless it is fatal the client goes on by itself.
    case error(KafkaError)
    /// A partition cannot be read, at an offset if that is known; the others can.
    case partitionError(TopicPartition, offset: Int64?, KafkaError)
    /// Everything below this offset of a partition was returned by a poll or holds no records for this reader; nothing
    /// more is there for the moment. Needs `enable.partition.eof`.
    case partitionEnd(TopicPartition, Int64)
}
