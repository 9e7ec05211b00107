internal import SinkConfiguration

/// Which sinks' lag is read when: a state machine without a clock, threads or Kafka.
///
/// Sinks that share a cluster's connection are read together, a cluster never twice at once. The one that waits longest
/// comes first, but a cluster whose last round failed comes after those that answer, waits longer each time, and leaves
/// one place free for the others: a hung cluster delays nobody else.
struct LagSchedule {
    /// Sinks of one cluster to be read now.
    struct Round: Sendable {
        let cluster: ClientProperties
        let requests: [LagRequest]
        /// What was followed when the round began, by sink.
        let connections: [SinkKey: LagConnection]
    }

    private struct Sink {
        var connection: LagConnection
        let cluster: ClientProperties
        var due: ContinuousClock.Instant
        var latest: (time: ContinuousClock.Instant, outcome: Result<GroupLag, LagError>)?
        /// The last good reading, and when its committed offsets were asked for.
        var read: (time: ContinuousClock.Instant, lag: GroupLag)?
    }

    private struct Cluster {
        var sinks: Set<SinkKey> = []
        var isRunning = false
        var failures = 0
        var notBefore: ContinuousClock.Instant?
    }

    /// Sinks that are due so soon are read in the same round.
    private static let batching = Duration.seconds(3)
    /// For how long committed offsets are believed while nothing comes: a person may set them back.
    private static let believed = Duration.seconds(300)
    /// The shortest and the longest wait of a cluster that does not answer.
    private static let (shortestWait, longestWait) = (Duration.seconds(15), Duration.seconds(120))

    /// How many rounds may run at once.
    let places: Int
    private var sinks: [SinkKey: Sink] = [:]
    private var clusters: [ClientProperties: Cluster] = [:]
    private var running = 0
    private var runningFailed = 0

    init(places: Int) { self.places = places }

    /// Begins with a sink, or goes on with a changed connection; one that is the same changes nothing.
    mutating func follow(_ key: SinkKey, _ connection: LagConnection, at now: ContinuousClock.Instant) {
        let cluster = connection.cluster
        if var known = sinks[key], known.cluster == cluster, known.connection.isSamePlace(as: connection) {
            if connection.interval < known.connection.interval { known.due = min(known.due, now + connection.interval) }
            known.connection = connection
            sinks[key] = known
            return
        }
        forget(key)
        sinks[key] = Sink(connection: connection, cluster: cluster, due: now)
        clusters[cluster, default: Cluster()].sinks.insert(key)
    }

    /// Ends with a sink.
    /// - Returns: The cluster that no sink is in any more.
    @discardableResult
    mutating func forget(_ key: SinkKey) -> ClientProperties? {
        guard let sink = sinks.removeValue(forKey: key) else { return nil }
        clusters[sink.cluster]?.sinks.remove(key)
        guard let cluster = clusters[sink.cluster], cluster.sinks.isEmpty, !cluster.isRunning else { return nil }
        clusters[sink.cluster] = nil
        return sink.cluster
    }

    /// The newest outcome of a sink.
    func latest(_ key: SinkKey) -> (time: ContinuousClock.Instant, outcome: Result<GroupLag, LagError>)? {
        sinks[key]?.latest
    }

    /// Takes the rounds that may begin now; each must be given back to ``finish(_:_:at:jitter:)``.
    /// - Parameter most: The most rounds to take.
    mutating func take(at now: ContinuousClock.Instant, most: Int = .max) -> [Round] {
        guard running < places else { return [] }
        var waiting: [(cluster: ClientProperties, due: ContinuousClock.Instant, hasFailed: Bool)] = []
        for (properties, cluster) in clusters where !cluster.isRunning && cluster.notBefore.map({ $0 <= now }) ?? true {
            guard let due = cluster.sinks.compactMap({ sinks[$0]?.due }).min(), due <= now else { continue }
            waiting.append((properties, due, cluster.failures > 0))
        }
        waiting.sort { ($0.hasFailed ? 1 : 0, $0.due) < ($1.hasFailed ? 1 : 0, $1.due) }
        var rounds: [Round] = []
        for candidate in waiting where running < places && rounds.count < most {
            if candidate.hasFailed {
                guard runningFailed < max(1, places - 1) else { continue }
                runningFailed += 1
            }
            running += 1
            clusters[candidate.cluster]?.isRunning = true
            rounds.append(round(of: candidate.cluster, at: now))
        }
        return rounds
    }

    /// Takes the outcomes of a round that has ended.
    /// - Parameter jitter: By how much the next reading of a sink is put off, as a part of its interval.
    mutating func finish(
        _ round: Round,
        _ outcomes: [SinkKey: Result<GroupLag, LagError>],
        at now: ContinuousClock.Instant,
        jitter: (SinkKey) -> Double
    ) {
        running -= 1
        if clusters[round.cluster]?.failures ?? 0 > 0 { runningFailed -= 1 }
        for (key, outcome) in outcomes {
            // What was read of a place that is not followed any more says nothing.
            guard var sink = sinks[key], let asked = round.connections[key], sink.connection.isSamePlace(as: asked)
            else { continue }
            sink.latest = (now, outcome)
            if case .success(let lag) = outcome {
                // A reading that was believed keeps its age.
                let isBelieved = round.requests.first { $0.key == key }?.recent?.partitions == lag.partitions
                sink.read = (isBelieved ? sink.read?.time ?? now : now, lag)
            }
            sink.due = now + sink.connection.interval * (1 + jitter(key))
            sinks[key] = sink
        }
        guard var cluster = clusters[round.cluster] else { return }
        cluster.isRunning = false
        let hasAnswered = outcomes.values.contains { if case .success = $0 { true } else { false } }
        cluster.failures = hasAnswered || round.requests.isEmpty ? 0 : cluster.failures + 1
        cluster.notBefore =
            cluster.failures == 0
            ? nil : now + min(Self.longestWait, Self.shortestWait * Int(1 << min(cluster.failures - 1, 4)))
        clusters[round.cluster] = cluster.sinks.isEmpty ? nil : cluster
    }

    /// Whether any sink of a cluster is followed.
    func isUsed(_ cluster: ClientProperties) -> Bool { clusters[cluster] != nil }

    private func round(of cluster: ClientProperties, at now: ContinuousClock.Instant) -> Round {
        let keys = (clusters[cluster]?.sinks ?? []).filter { key in
            sinks[key].map { $0.due <= now + Self.batching } ?? false
        }
        // The one that waits longest comes first, since a round may have no time for all.
        let ordered = keys.sorted { left, right in
            let (first, second) = (sinks[left]?.due ?? now, sinks[right]?.due ?? now)
            return first == second ? left.description < right.description : first < second
        }
        var requests: [LagRequest] = []
        var connections: [SinkKey: LagConnection] = [:]
        for key in ordered {
            guard let sink = sinks[key] else { continue }
            connections[key] = sink.connection
            requests.append(
                LagRequest(
                    key: key,
                    group: sink.connection.group,
                    topics: sink.connection.topics,
                    startsAtBeginning: sink.connection.startsAtBeginning,
                    recent: sink.read.flatMap { $0.time + Self.believed > now ? $0.lag : nil }
                )
            )
        }
        return Round(cluster: cluster, requests: requests, connections: connections)
    }
}

extension LagConnection {
    /// Whether the same offsets are meant, however often they are read.
    fileprivate func isSamePlace(as other: LagConnection) -> Bool {
        var same = other
        same.interval = interval
        return self == same
    }
}
