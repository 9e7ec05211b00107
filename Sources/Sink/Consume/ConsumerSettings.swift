/// How a consumer's poll loop behaves.
package struct ConsumerSettings: Sendable, Hashable {
    /// The group's name, for messages.
    package var group: String
    /// The topics read.
    package var topics: [String]
    /// Where the group begins to read a partition for which it has no offset (`auto.offset.reset`).
    package var resetPolicy: OffsetResetPolicy
    /// Time between offset commits (`commit.interval.ms`).
    package var commitInterval: Duration
    /// The most time to ingest everything that was read, when the worker stops (`shutdown.drain.ms`).
    package var drainTime: Duration
    /// Time that a revocation may take; well below `max.poll.interval.ms`, or the group removes this member.
    package var revokeTime: Duration
    /// The most time to find out where partitions begin; after that the group gets its answer without it.
    package var locateTime = Duration.seconds(5)
    /// Time to wait for a lane that takes no records.
    package var lanePatience = Duration.seconds(1)
    /// Time that a commit may take when partitions are given back.
    package var commitTime = Duration.seconds(3)
    /// The most time for the last commit; with leaving the group after it and ``drainTime`` less than the 25 seconds
    /// after which Kubernetes' grace period nears its end.
    package var lastCommitTime = Duration.seconds(2)
    /// Time that leaving the group may take.
    package var closeTime = Duration.seconds(2)
    /// The most messages taken from the client at once.
    package var messagesPerPoll = 1000
    /// How partitions take turns while many are behind.
    package var turns: FetchTurnLimits

    /// Creates settings; without further arguments commits every second, and 20 and 10 seconds to drain.
    package init(
        group: String,
        topics: [String],
        resetPolicy: OffsetResetPolicy = .beginning,
        commitInterval: Duration = .seconds(1),
        drainTime: Duration = .seconds(20),
        revokeTime: Duration = .seconds(10),
        turns: FetchTurnLimits
    ) {
        self.group = group
        self.topics = topics
        self.resetPolicy = resetPolicy
        self.commitInterval = commitInterval
        self.drainTime = drainTime
        self.revokeTime = revokeTime
        self.turns = turns
    }
}
