internal import CRdKafka
internal import Glibc
internal import Synchronization
internal import Threads

/// Keeps librdkafka fetching with a small queue, and has it fetch at once when partitions are resumed.
///
/// When the client's queue is full, a library before 2.2 stops asking for more, and looks again only when its broker
/// thread wakes for another reason, up to a second later. Libraries of every version do so when partitions are resumed.
/// Any request wakes that thread; so while records flow and the queue runs low, one partition of each leader is asked
/// for its end every few milliseconds. Measured with Kafka 4.1, 8 partitions and a queue of 8 MiB: the throughput is 25
/// times as high as without.
///
/// Runs on a thread of its own, since librdkafka's call blocks.
@safe
final class FetchNudger: @unchecked Sendable {
    /// Finds one partition for each broker that leads any of the given ones; blocks for a limited time.
    typealias LeaderSearch = @Sendable (ClientHandle, Set<TopicPartition>) throws(KafkaError) -> [TopicPartition]

    private struct State {
        var partitions: Set<TopicPartition> = []
        var generation = 0
        var isStopped = false
    }

    /// The pause between two looks, in microseconds: while records flow, and while nothing comes at all.
    private static let pauses: (flow: UInt32, idle: UInt32) = (2_000, 100_000)
    /// The time between two requests while the queue stays low: it doubles, and is short again after every response.
    ///
    /// Once a fetch is on its way another request changes nothing, but costs broker and client a look at every
    /// partition.
    private static let waits = (least: Duration.milliseconds(4), most: Duration.milliseconds(64))
    /// The queue's length in messages below which it runs low.
    private static let lowLength = 2000

    /// Kept, and the client with it, until the thread has ended.
    private let queue: ConsumerQueue
    private let patience: Duration
    private let findLeaders: LeaderSearch
    private let state = Mutex(State())
    private let received = Atomic(0)

    /// Starts the thread.
    /// - Parameters:
    ///   - fetchWait: How long a broker waits for records before it answers a fetch.
    ///   - findLeaders: Asks the cluster, at most a second, unless a test answers instead.
    /// - Throws: ``KafkaError`` when the system has no thread left.
    init(
        queue: ConsumerQueue,
        fetchWait: Duration,
        findLeaders: @escaping LeaderSearch = { client, partitions throws(KafkaError) in
            try TopicMetadata.onePerLeader(client, of: partitions, timeout: .seconds(1))
        }
    ) throws(KafkaError) {
        self.queue = queue
        self.findLeaders = findLeaders
        patience = Self.patience(fetchWait: fetchWait)
        do {
            _ = try BlockingThread(name: "kafka-nudge") { [self] in run() }
        } catch {
            throw KafkaError(.other, error.message)
        }
    }

    /// How long to wait for the answer to a request, which is also how long the client may outlive ``stop()``.
    ///
    /// The broker answers only after the fetch before it, which waits for records. Newer libraries (seen in 2.8.0) end
    /// the connection when the answer to a request is late, so they get the time that a broker in order needs even
    /// where the network is slow. One request has woken the thread, so there is no hurry.
    static func patience(fetchWait: Duration) -> Duration {
        KafkaLibrary.looksAgainByItself ? fetchWait + .seconds(10) : .milliseconds(200)
    }

    /// Says that the last poll returned this many messages.
    func note(received count: Int) { received.wrappingAdd(count, ordering: .relaxed) }

    /// Says that partitions were resumed.
    func noteResumption() { received.wrappingAdd(1, ordering: .relaxed) }

    /// Says which partitions are fetched.
    func set(partitions: Set<TopicPartition>) {
        state.withLock { state in
            state.partitions = partitions
            state.generation += 1
        }
    }

    /// Ends the thread, after the request that it may be waiting for.
    ///
    /// A broker answers that request only when it has answered the fetch before it, so this method does not wait. The
    /// client, with its connections, lives for that long.
    func stop() { state.withLock { $0.isStopped = true } }

    private func run() {
        var leaders: [TopicPartition] = []
        var generation = 0
        var seen = 0
        var lastFlow = ContinuousClock.now - .seconds(10)
        var lastLength = 0
        var (wait, nextNudge) = (Self.waits.least, ContinuousClock.now)
        while true {
            let current = state.withLock { $0 }
            if current.isStopped { return }
            let count = received.load(ordering: .relaxed)
            let now = ContinuousClock.now
            if count != seen {
                seen = count
                lastFlow = now
            }
            // After a second without records the library has looked again by itself.
            guard now - lastFlow < .seconds(1.2), !current.partitions.isEmpty else {
                usleep(Self.pauses.idle)
                continue
            }
            if current.generation != generation {
                guard let found = try? findLeaders(queue.client, current.partitions) else {
                    // It may have failed at once.
                    usleep(Self.pauses.idle)
                    continue
                }
                leaders = found
                generation = current.generation
            }
            let length = unsafe rd_kafka_queue_length(queue.pointer)
            if length > lastLength { wait = Self.waits.least }
            lastLength = length
            if length < Self.lowLength, now >= nextNudge {
                nudge(leaders)
                nextNudge = ContinuousClock.now + wait
                wait = min(wait * 2, Self.waits.most)
            }
            usleep(Self.pauses.flow)
        }
    }

    private func nudge(_ leaders: [TopicPartition]) {
        // Asks only for the ends: one request to each leader, where the watermarks would take two.
        let list = unsafe rd_kafka_topic_partition_list_new(Int32(leaders.count))
        defer { unsafe rd_kafka_topic_partition_list_destroy(list) }
        for leader in leaders {
            unsafe rd_kafka_topic_partition_list_add(list, leader.topic, leader.partition).pointee.offset =
                Int64(RD_KAFKA_OFFSET_END)
        }
        _ = unsafe rd_kafka_offsets_for_times(queue.client.pointer, list, patience.milliseconds)
    }
}
