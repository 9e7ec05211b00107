internal import Daemon
package import Logging
internal import SinkConfiguration
internal import Synchronization
internal import Threads

/// Reads the lag of all sinks, with few clients and threads, outside the reconcile loop.
///
/// At most ``places`` rounds run at once, each on a thread that exists only for it; a round is for one cluster and has a
/// deadline. A client stays while its cluster answers, for the clusters read last; the others are made for a round.
package final class LagReader: LagSource, Service {
    /// How many clusters are read at once.
    private static let places = 4
    /// How many clients stay between rounds.
    private static let keptClients = 8
    /// How long a round may take; what it has no time for comes first in the next.
    private static let roundLimit = Duration.seconds(30)
    /// How often it is looked whether something is due.
    private static let tick = Duration.milliseconds(500)

    /// Makes what reads a cluster.
    typealias Connect = @Sendable (ClientProperties) throws(LagError) -> any LagCluster

    private struct State {
        var schedule = LagSchedule(places: LagReader.places, limit: LagReader.roundLimit)
        /// Clients that stay, the one used last at the end.
        var clients: [(cluster: ClientProperties, client: any LagCluster)] = []
        /// Clients of clusters that no sink is in any more, which are still to be ended.
        var unused: [any LagCluster] = []

        /// Takes a client out; the caller ends it or brings it back.
        mutating func take(_ cluster: ClientProperties) -> (any LagCluster)? {
            guard let index = clients.firstIndex(where: { $0.cluster == cluster }) else { return nil }
            return clients.remove(at: index).client
        }
    }

    private let state = Mutex(State())
    private let connect: Connect
    private let metrics: ScalingMetrics
    private let logger: Logger
    private let onChange: @Sendable (SinkKey) -> Void

    /// Creates a reader of Kafka.
    /// - Parameters:
    ///   - metrics: Counts the readings that fail.
    ///   - logger: Takes what goes wrong, once when it begins.
    ///   - onChange: Is called when a reading says something else than the one before; it must not wait.
    package convenience init(
        metrics: ScalingMetrics,
        logger: Logger,
        onChange: @escaping @Sendable (SinkKey) -> Void = { _ in }
    ) {
        // A new client says again each time that a broker is away; what matters of that is in the outcomes.
        var quiet = logger
        quiet.level = max(logger.level, .error)
        self.init(metrics: metrics, logger: logger, onChange: onChange) { [quiet] properties throws(LagError) in
            try KafkaLagCluster(properties, logger: quiet)
        }
    }

    init(
        metrics: ScalingMetrics,
        logger: Logger,
        onChange: @escaping @Sendable (SinkKey) -> Void = { _ in },
        connect: @escaping Connect
    ) {
        self.metrics = metrics
        self.onChange = onChange
        self.logger = logger
        self.connect = connect
    }

    package func follow(_ key: SinkKey, _ connection: LagConnection) {
        state.withLock { $0.schedule.follow(key, connection, at: .now) }
    }

    package func forget(_ key: SinkKey) {
        state.withLock { state in
            guard let cluster = state.schedule.forget(key), let client = state.take(cluster) else { return }
            // A client's end may take a while, for which nobody waits here.
            state.unused.append(client)
        }
        metrics.remove(key)
    }

    package func latest(
        _ key: SinkKey
    ) -> (time: ContinuousClock.Instant, outcome: Result<GroupLag, LagError>)? {
        state.withLock { $0.schedule.latest(key) }
    }

    /// Reads until graceful shutdown; a round that runs then ends after the sink that it is at.
    ///
    /// When the task is cancelled it returns at once, whatever Kafka does.
    package func run() async throws {
        let shutdown = GracefulShutdown.current ?? GracefulShutdown()
        try await withThrowingDiscardingTaskGroup { group in
            while !shutdown.isTriggered {
                for round in state.withLock({ $0.schedule.take(at: .now) }) {
                    group.addTask { await self.perform(round, shutdown) }
                }
                if state.withLock({ !$0.unused.isEmpty }) {
                    group.addTask { try? await BlockingThread.runUntilCancelled(name: "lag-end") { self.endUnused() } }
                }
                try await Task.sleep(for: Self.tick)
            }
        }
    }

    /// Performs a round, and what is due when it ends, since its place is free then.
    private func perform(_ round: LagSchedule.Round, _ shutdown: GracefulShutdown) async {
        var next: LagSchedule.Round? = round
        while let round = next, !Task.isCancelled {
            let outcomes: [SinkKey: Result<GroupLag, LagError>]
            do {
                outcomes = try await BlockingThread.runUntilCancelled(name: "lag") { self.read(round, shutdown) }
            } catch is CancellationError {
                return
            } catch {
                // The system has no thread left for now.
                outcomes = Self.all(round, LagError("\(error)"))
            }
            report(round, outcomes)
            let changed = outcomes.filter { key, outcome in latest(key).map { $0.outcome != outcome } ?? true }.keys
            next = state.withLock { state in
                state.schedule.finish(round, outcomes, at: .now) { _ in .random(in: -0.1...0.1) }
                if !state.schedule.isUsed(round.cluster), let client = state.take(round.cluster) {
                    state.unused.append(client)
                }
                return shutdown.isTriggered ? nil : state.schedule.take(at: .now, most: 1).first
            }
            changed.forEach(onChange)
        }
    }

    private func endUnused() {
        let unused = state.withLock { state in
            defer { state.unused = [] }
            return state.unused
        }
        // Ended here, outside the lock.
        _ = consume unused
    }

    private func read(
        _ round: LagSchedule.Round,
        _ shutdown: GracefulShutdown
    ) -> [SinkKey: Result<GroupLag, LagError>] {
        let kept: (any LagCluster)? = state.withLock { $0.take(round.cluster) }
        let client: any LagCluster
        do throws(LagError) {
            if let kept { client = kept } else { client = try connect(round.cluster) }
        } catch {
            return Self.all(round, error)
        }
        let outcomes = client.read(round.requests, until: .now + Self.roundLimit) { shutdown.isTriggered }
        // One that got no answer would go on trying to connect, in threads of its own.
        guard LagSchedule.readable(outcomes) > 0 else { return outcomes }
        let surplus: [any LagCluster] = state.withLock { state in
            state.clients.append((round.cluster, client))
            let count = max(0, state.clients.count - Self.keptClients)
            defer { state.clients.removeFirst(count) }
            return state.clients.prefix(count).map(\.client)
        }
        _ = consume surplus
        return outcomes
    }

    private func report(_ round: LagSchedule.Round, _ outcomes: [SinkKey: Result<GroupLag, LagError>]) {
        var failed: [(key: SinkKey, error: LagError)] = []
        for (key, outcome) in outcomes {
            guard case .failure(let error) = outcome else { continue }
            metrics.countReadingFailure(of: key)
            // Said when it begins, not at each reading.
            if case .failure(let before)? = latest(key)?.outcome, before == error { continue }
            failed.append((key, error))
        }
        guard let first = failed.min(by: { $0.key.description < $1.key.description }) else { return }
        logger.warning(
            "the lag of sinks cannot be read",
            ["sink": first.key.description, "sinks": failed.count, "error": first.error.message]
        )
    }

    private static func all(
        _ round: LagSchedule.Round,
        _ error: LagError
    ) -> [SinkKey: Result<GroupLag, LagError>] {
        Dictionary(uniqueKeysWithValues: round.requests.map { ($0.key, .failure(error)) })
    }
}
