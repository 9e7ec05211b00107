/// The limits by which ``FetchTurns`` decides.
///
/// The figures were found with 1,000 partitions of one broker.
package struct FetchTurnLimits: Sendable, Hashable {
    /// How many partitions are fetched at first while most rest; of at most twice as many partitions none ever rests.
    package var window = 64
    /// How many bytes should be waiting in the fetched partitions.
    ///
    /// More than the client prefetches: a fetch that finds nothing waits at the broker (`fetch.max.wait.ms`), and no
    /// other partition is fetched meanwhile.
    package var waitingBytes: Int
    /// How many bytes a partition may bring while others wait.
    package var turnBytes = 16 << 20
    /// How many bytes the others may bring before a partition that has records waiting, but brings none, gives up its
    /// place.
    ///
    /// The client fills its responses from a few partitions, and begins each with the next one: it takes a response for
    /// each partition of the window until the last one has its chance.
    package var patienceBytes: Int
    /// How long a partition with nothing to bring keeps its place, unless ``waitingBytes`` came before that.
    package var listening = Duration.seconds(1)
    /// How many bytes a poll must bring to count as plenty, unless it brings as many records as it may.
    package var plentyBytes = 64 << 10
    /// After this time without a poll that brought plenty, more partitions are fetched, or all stay fetched if none
    /// rests.
    package var starvation = Duration.milliseconds(250)
    /// How many partitions change at a time, at least: each change makes the client look through its queue.
    package var leastChange = 8
    /// The time from one decision to the next.
    package var interval = Duration.milliseconds(100)
    /// While some partitions rest, a decision is also due after this many bytes.
    package var intervalBytes = 4 << 20

    /// Creates limits.
    /// - Parameter prefetchBytes: What the client may hold: its queue and a fetch response.
    package init(prefetchBytes: Int) {
        waitingBytes = 2 * prefetchBytes
        patienceBytes = 2 * window * prefetchBytes
    }
}
