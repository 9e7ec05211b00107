internal import Kafka

/// What the ``Committer`` needs from the group's member.
protocol OffsetCommitting: ~Copyable {
    /// Whether a commit can succeed now.
    var mayCommit: Bool { get }
    /// Commits offsets, for each partition the next one to read.
    func commit(_ offsets: [TopicPartition: CommittedOffset], mode: GroupMember.CommitMode) throws(KafkaError)
}

extension GroupMember: OffsetCommitting {}
