/// How a consumer's poll loop behaves.
package struct ConsumerSettings: Sendable, Hashable {
    /// The topics read.
    package var topics: [String]
    /// Time between offset commits (`commit.interval.ms`).
    package var commitInterval: Duration
    /// Time that stopping may take until everything read is ingested (`shutdown.drain.ms`).
    package var drainTime: Duration
    /// Time that a revocation may take; well below `max.poll.interval.ms`, or the group goes on without us.
    package var revokeTime: Duration
    /// Whether partitions without a committed offset are read from their end (`auto.offset.reset=latest`).
    package var beginsAtEnd: Bool
    /// Whether partitions without a committed offset may be read at all (not with `auto.offset.reset=none`).
    package var mayChooseOffsets: Bool
    /// The most messages taken from the client at once.
    package var messagesPerPoll: Int
    /// How partitions take turns while many are behind.
    package var turns: FetchTurnLimits

    /// Creates settings; without further arguments commits every second, and 25 and 10 seconds to drain.
    package init(
        topics: [String],
        commitInterval: Duration = .seconds(1),
        drainTime: Duration = .seconds(25),
        revokeTime: Duration = .seconds(10),
        beginsAtEnd: Bool = false,
        mayChooseOffsets: Bool = true,
        messagesPerPoll: Int = 1000,
        turns: FetchTurnLimits
    ) {
        self.topics = topics
        self.commitInterval = commitInterval
        self.drainTime = drainTime
        self.revokeTime = revokeTime
        self.beginsAtEnd = beginsAtEnd
        self.mayChooseOffsets = mayChooseOffsets
        self.messagesPerPoll = messagesPerPoll
        self.turns = turns
    }
}
