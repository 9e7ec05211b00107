internal import SinkConfiguration

/// Which sinks' lag is read when: a state machine without a clock, threads or Kafka.
///
/// Sinks that share a cluster's connection are read together, a cluster never twice at once. Of the namespaces the one
/// comes first that has the fewest rounds running, and there the cluster that waits longest; but one whose last round
/// failed comes after the others and waits longer each time. One place is only for clusters whose last round was good:
/// whatever somebody has who is new, hung or slow, in whatever number, those are read in their intervals.
struct LagSchedule {
    /// Sinks of one cluster to be read now.
    struct Round: Sendable {
        let cluster: ClientProperties
        let requests: [LagRequest]
        /// What was followed when the round began, by sink.
        let connections: [SinkKey: LagConnection]
    }

    private struct Followed {
        var connection: LagConnection
        let cluster: ClientProperties
        var due: ContinuousClock.Instant
        var latest: (time: ContinuousClock.Instant, outcome: Result<GroupLag, LagError>)?
        /// The last good reading, and when its committed offsets were asked for.
        var read: (time: ContinuousClock.Instant, lag: GroupLag)?
    }

    private struct Cluster {
        var sinks: Set<SinkKey> = []
        /// The round that runs.
        var running: Running?
        var failures = 0
        /// Whether the last round was good.
        var isProven = false
        var notBefore: ContinuousClock.Instant?
    }

    private struct Running {
        let began: ContinuousClock.Instant
        let namespaces: Set<String>
        let isProven: Bool
    }

    /// Sinks that are due so soon are read in the same round.
    private static let batching = Duration.seconds(3)
    /// For how long committed offsets are believed while nothing comes: a person may set them back.
    private static let believed = Duration.seconds(300)
    /// The shortest and the longest wait of a cluster that does not answer.
    private static let (shortestWait, longestWait) = (Duration.seconds(15), Duration.seconds(120))
    /// How long a cluster waits whose failure lasts.
    private static let lastingWait = Duration.seconds(3600)

    /// How many rounds may run at once.
    let places: Int
    /// How long a round may take.
    ///
    /// One that took so long and read less than a sink a second was slow.
    let limit: Duration
    private var sinks: [SinkKey: Followed] = [:]
    private var clusters: [ClientProperties: Cluster] = [:]

    init(places: Int, limit: Duration = .seconds(30)) {
        self.places = places
        self.limit = limit
    }

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
        sinks[key] = Followed(connection: connection, cluster: cluster, due: now)
        clusters[cluster, default: Cluster()].sinks.insert(key)
    }

    /// Ends with a sink.
    /// - Returns: The cluster that no sink is in any more.
    @discardableResult
    mutating func forget(_ key: SinkKey) -> ClientProperties? {
        guard let sink = sinks.removeValue(forKey: key) else { return nil }
        clusters[sink.cluster]?.sinks.remove(key)
        guard let cluster = clusters[sink.cluster], cluster.sinks.isEmpty, cluster.running == nil else { return nil }
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
        var load: [String: Int] = [:]
        var (all, unproven) = (0, 0)
        for running in clusters.values.compactMap(\.running) {
            all += 1
            unproven += running.isProven ? 0 : 1
            for namespace in running.namespaces { load[namespace, default: 0] += 1 }
        }
        guard all < places else { return [] }
        var waiting = candidates(at: now)
        var rounds: [Round] = []
        while all < places, rounds.count < most {
            let isReserved = unproven >= max(1, places - 1)
            let order = { (candidate: Candidate) in
                (
                    candidate.namespaces.map { load[$0] ?? 0 }.min() ?? 0, candidate.failures > 0 ? 1 : 0,
                    candidate.due
                )
            }
            let next = waiting.indices.filter { waiting[$0].isProven || !isReserved }
                .min { order(waiting[$0]) < order(waiting[$1]) }
            guard let next else { break }
            let candidate = waiting.remove(at: next)
            all += 1
            unproven += candidate.isProven ? 0 : 1
            for namespace in candidate.namespaces { load[namespace, default: 0] += 1 }
            clusters[candidate.cluster]?.running = Running(
                began: now,
                namespaces: candidate.namespaces,
                isProven: candidate.isProven
            )
            rounds.append(round(of: candidate.cluster, at: now))
        }
        return rounds
    }

    /// A cluster with sinks that are due.
    private struct Candidate {
        let cluster: ClientProperties
        let namespaces: Set<String>
        let due: ContinuousClock.Instant
        let failures: Int
        let isProven: Bool
    }

    private func candidates(at now: ContinuousClock.Instant) -> [Candidate] {
        clusters.compactMap { properties, cluster in
            guard cluster.running == nil, cluster.notBefore.map({ $0 <= now }) ?? true,
                let due = cluster.sinks.compactMap({ sinks[$0]?.due }).min(), due <= now
            else { return nil }
            return Candidate(
                cluster: properties,
                namespaces: Set(cluster.sinks.map(\.namespace)),
                due: due,
                failures: cluster.failures,
                isProven: cluster.isProven
            )
        }
    }

    /// Takes the outcomes of a round that has ended.
    /// - Parameter jitter: By how much the next reading of a sink is put off, as a part of its interval.
    mutating func finish(
        _ round: Round,
        _ outcomes: [SinkKey: Result<GroupLag, LagError>],
        at now: ContinuousClock.Instant,
        jitter: (SinkKey) -> Double
    ) {
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
        let time = cluster.running.map { $0.began.duration(to: now) } ?? .zero
        cluster.running = nil
        cluster.isProven = !round.requests.isEmpty && !isFailed(outcomes, time)
        cluster.failures = cluster.isProven || round.requests.isEmpty ? 0 : cluster.failures + 1
        let wait = min(Self.longestWait, Self.shortestWait * Int(1 << min(max(0, cluster.failures - 1), 4)))
        let isLasting = outcomes.values.contains {
            if case .failure(let error) = $0 { error.isLasting } else { false }
        }
        cluster.notBefore = cluster.failures == 0 ? nil : now + (isLasting ? Self.lastingWait : wait)
        clusters[round.cluster] = cluster.sinks.isEmpty ? nil : cluster
    }

    /// Whether a round says that its cluster does not work, or holds others up.
    private func isFailed(_ outcomes: [SinkKey: Result<GroupLag, LagError>], _ time: Duration) -> Bool {
        let read = Self.readable(outcomes)
        return read == 0 || time >= limit && read < Int(limit.inSeconds)
    }

    /// How many sinks' lag was read, at least in part.
    static func readable(_ outcomes: [SinkKey: Result<GroupLag, LagError>]) -> Int {
        outcomes.values.count { if case .success(let lag) = $0 { lag.isReadable } else { false } }
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
