/// What a member's poll returns besides messages.
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
    /// A partition has no more records up to this offset, and none between the last one returned and there.
    ///
    /// Reported only where offsets without records (control records, aborted or deleted data) end what there is to
    /// read, and at the first end after an assignment.
    case reachedEnd(TopicPartition, offset: Int64)
    /// The client's statistics, every `statistics.interval.ms`.
    case statistics(KafkaStatistics)
    /// Something went wrong; unless it is fatal the client goes on by itself.
    case error(KafkaError)
    /// A subscribed topic cannot be read: it was deleted (`unknownTopic`), or this user may not read it (`authorization`).
    ///
    /// It may be reported several times. The client goes on looking for the topic, and its partitions are assigned when
    /// it is there again.
    case topicError(String, KafkaError)
    /// One partition cannot be read from this offset on (`nil` when it is unknown); the others can.
    ///
    /// - `corruptData`: what the broker has there is broken. Nothing after it is returned.
    /// - `offsetReset`: the offset is not in the partition's log. Nothing is returned until ``GroupMember/seek(to:)``.
    /// - `noOffset`: the group has no offset and ``GroupMember/assign(_:at:)`` named none. Nothing is returned until a
    ///   seek.
    /// - `stalled`: the partition does not advance, for a reason that the client does not say.
    /// - Others: the client tries again by itself.
    case partitionError(TopicPartition, offset: Int64?, KafkaError)
}
