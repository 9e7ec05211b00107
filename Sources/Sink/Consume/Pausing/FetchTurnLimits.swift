/// What ``FetchTurns`` goes by.
///
/// The figures were found with 1,000 partitions of one broker.
package struct FetchTurnLimits: Sendable, Hashable {
    /// How many partitions are fetched at first while most rest; with twice as many or fewer none ever rests.
    package var window = 64
    /// How many bytes are to wait in the fetched partitions.
    ///
    /// More than the client prefetches: a fetch that finds nothing waits at the broker (`fetch.max.wait.ms`), and nobody
    /// else is fetched meanwhile.
    package var waitingBytes: Int
    /// How many bytes a partition may bring while others wait.
    package var turnBytes = 16 << 20
    /// How many bytes others may bring until one that has something waiting, but brings nothing, gives up its place.
    ///
    /// The client fills its responses from a few partitions, and begins each with the next one: it takes a response for
    /// each partition of the window until the last one has its chance.
    package var patienceBytes: Int
    /// How long a partition that brings nothing is listened to, unless ``waitingBytes`` came meanwhile.
    package var listening = Duration.seconds(1)
    /// How many bytes a poll must bring to count as plenty, unless it brings as many records as it may.
    package var plentyBytes = 64 << 10
    /// How long no poll brought plenty until the fetched partitions are too few, or all are to be fetched anyway.
    package var starvation = Duration.milliseconds(250)
    /// How many partitions change at a time, at least: each change makes the client look through its queue.
    package var leastChange = 8
    /// The time from one decision to the next.
    package var interval = Duration.milliseconds(100)
    /// The bytes from one decision to the next while some rest, if they come sooner.
    package var intervalBytes = 4 << 20

    /// Creates limits.
    /// - Parameter prefetchBytes: What the client may hold: its queue and a fetch response.
    package init(prefetchBytes: Int) {
        waitingBytes = 2 * prefetchBytes
        patienceBytes = 2 * window * prefetchBytes
    }
}
