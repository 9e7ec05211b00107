package import Logging
package import Secrets
internal import Synchronization

/// Reads ranges of offsets again, with a client that is in no group and commits nothing.
///
/// The client is made when a range is opened and none is open, and ends with the last one, so that a sink in which
/// nothing fails has neither its threads nor its connections. Ranges of different partitions can be read at the same
/// time, each by a thread of its own; a second range of one partition waits until the first is closed.
package final class OffsetRangeReader: Sendable {
    /// The limits that keep memory bounded and say how long to wait.
    package struct Limits: Sendable, Hashable {
        /// The most bytes of values in one chunk, unless a single record is larger.
        package var chunkBytes: Int
        /// The most records in one chunk.
        package var chunkRecords: Int
        /// The size in bytes at which the client stops fetching more of a partition.
        package var queueBytes: Int
        /// How long a log that ends before the range does is watched: a new leader may know the end a little later.
        package var endPatience: Duration

        /// Creates limits; without arguments 1 MiB and 10,000 records a chunk, 4 MiB fetched ahead, and 5 s.
        package init(
            chunkBytes: Int = 1 << 20,
            chunkRecords: Int = 10_000,
            queueBytes: Int = 4 << 20,
            endPatience: Duration = .seconds(5)
        ) {
            self.chunkBytes = chunkBytes
            self.chunkRecords = chunkRecords
            self.queueBytes = queueBytes
            self.endPatience = endPatience
        }
    }

    private struct State {
        var configuration: KafkaClientConfiguration
        weak var client: RangeClient?
    }

    private let limits: Limits
    private let logger: Logger
    private let turns = PartitionTurns()
    private let state: Mutex<State>

    /// Creates a reader, which connects when a range is opened.
    /// - Parameters:
    ///   - configuration: The properties of the group's members; what concerns only a group has no effect.
    ///   - limits: How much is held at a time, and how long is waited.
    ///   - logger: Takes the library's own lines too.
    package init(configuration: KafkaClientConfiguration, limits: Limits = Limits(), logger: Logger) {
        self.limits = limits
        self.logger = logger
        var configuration = configuration
        for name in Self.groupProperties { configuration.values[name] = nil }
        configuration.values.merge([
            "enable.auto.commit": "false", "enable.auto.offset.store": "false",
            // Instead of choosing an offset the library reports that it needs one.
            "auto.offset.reset": "error", "enable.partition.eof": "true",
            "queued.max.messages.kbytes": String(max(1, limits.queueBytes >> 10)),
            "fetch.queue.backoff.ms": "10",
        ]) { $1 }
        // The members have told already which properties the library does not know.
        configuration.optionalNames.formUnion(configuration.values.keys)
        if let name = configuration.values["client.id"] { configuration.values["client.id"] = name + "-again" }
        state = Mutex(State(configuration: configuration))
    }

    /// Properties of a member that a client outside a group does not need, or that would make it look for a group.
    private static let groupProperties = [
        "group.id", "group.instance.id", "group.protocol", "group.protocol.type", "group.remote.assignor",
        "partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms",
        "auto.commit.interval.ms", "statistics.interval.ms", "topic.blacklist",
    ]

    /// Starts reading a range; blocks while another range of the partition is open.
    /// - Parameters:
    ///   - partition: Where to read.
    ///   - offsets: From the first offset to read to the one after the last; all of them not negative.
    ///   - timeout: The most time until everything is read, waiting for the partition included.
    ///   - isCancelled: Asked ten times a second whether to stop.
    /// - Throws: ``OffsetRangeError``.
    package func open(
        _ partition: TopicPartition,
        _ offsets: Range<Int64>,
        timeout: Duration,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(OffsetRangeError) -> OffsetRangeReading {
        precondition(offsets.lowerBound >= 0, "negative offsets have a meaning of their own in librdkafka")
        let deadline = ContinuousClock.now + timeout
        let turn = try turn(at: partition, offsets, until: deadline, isCancelled)
        do throws(KafkaError) {
            return try OffsetRangeReading(
                client: try client(),
                turn: turn,
                partition: partition,
                offsets: offsets,
                limits: limits,
                deadline: deadline,
                isCancelled: isCancelled
            )
        } catch {
            throw OffsetRangeError(
                code: .client(error.code),
                message: "cannot read \(partition): \(error.message)",
                position: offsets.lowerBound
            )
        }
    }

    /// Signs in with another user and password from the next connection on (PLAIN and SCRAM); those that stand go on.
    /// - Throws: ``KafkaError``.
    package func setCredentials(user: Secret, password: Secret) throws(KafkaError) {
        let client = state.withLock { state in
            state.configuration.setCredentials(user: user, password: password)
            return state.client
        }
        try client?.handle.setCredentials(user: user, password: password)
    }

    private func turn(
        at partition: TopicPartition,
        _ offsets: Range<Int64>,
        until deadline: ContinuousClock.Instant,
        _ isCancelled: () -> Bool
    ) throws(OffsetRangeError) -> PartitionTurns.Turn {
        while true {
            let left = deadline - ContinuousClock.now
            if let turn = turns.take(partition, timeout: max(.zero, min(left, .milliseconds(100)))) { return turn }
            let code: OffsetRangeError.Code? = isCancelled() ? .cancelled : left <= .zero ? .timedOut : nil
            guard let code else { continue }
            throw OffsetRangeError(
                code: code,
                message:
                    "cannot read \(partition) from offset \(offsets.lowerBound): another range of it is being read",
                position: offsets.lowerBound
            )
        }
    }

    private func client() throws(KafkaError) -> RangeClient {
        let (open, configuration) = state.withLock { ($0.client, $0.configuration) }
        if let open { return open }
        let made = try RangeClient(configuration: configuration, logger: logger)
        // Another thread may have made one meanwhile; then ours ends unused.
        let (client, current) = state.withLock { state in
            let client = state.client ?? made
            state.client = client
            return (client, state.configuration)
        }
        let names = ["sasl.username", "sasl.password"]
        if names.contains(where: { current.values[$0] != configuration.values[$0] }) {
            // They were changed while the client was made, before anybody could tell it.
            let (user, password) = (current.values[names[0]] ?? "", current.values[names[1]] ?? "")
            try client.handle.setCredentials(user: Secret(user), password: Secret(password))
        }
        return client
    }
}
