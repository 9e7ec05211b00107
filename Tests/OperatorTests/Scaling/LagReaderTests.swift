import Daemon
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Operator

@Suite("Reading the lag of many sinks", .timeLimit(.minutes(10)))
struct LagReaderTests {
    private let clusters = ScriptedLagClusters()
    private let registry = MetricsRegistry()
    private let log = MemoryLogSink()
    private let good = Result<GroupLag, LagError>.success(
        GroupLag(partitions: [.init(topic: "t", number: 0, committed: 5, start: 0, end: 9)])
    )

    private func makeReader() -> LagReader {
        let clusters = clusters
        return LagReader(
            metrics: ScalingMetrics(registry: registry),
            logger: Logger(label: "test", sink: log)
        ) { clusters.connect($0) }
    }

    private func key(_ number: Int) -> SinkKey { SinkKey(namespace: "data", name: "sink-\(number)") }

    private func answer(_ servers: String, _ answer: Result<GroupLag, LagError>) {
        clusters.state.withLock { $0.answers[servers] = answer }
    }

    /// Runs a reader until `isDone`, then shuts it down.
    private func run(_ reader: LagReader, until isDone: @escaping @Sendable () -> Bool) async throws -> Bool {
        let shutdown = GracefulShutdown()
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await GracefulShutdown.$current.withValue(shutdown) { try await reader.run() }
                return true
            }
            try? await eventually { isDone() }
            let wasDone = isDone()
            shutdown.trigger()
            try await group.waitForAll()
            return wasDone
        }
    }

    @Test("ends at once when it is cancelled, although a cluster does not answer")
    func cancelled() async throws {
        let reader = makeReader()
        let begin = ContinuousClock.now
        reader.follow(key(0), .sample("silent:1"))
        let reading = Task { try await reader.run() }
        try await eventually("a round") { clusters.state.withLock { $0.reading } == 1 }
        reading.cancel()
        _ = await reading.result
        // The round has half a minute, and nobody has told it to stop. A machine that took so long shows nothing.
        #expect(clusters.state.withLock { $0.reading } == 1 || begin.duration(to: .now) > .seconds(30))
    }

    @Test("a thousand sinks of one cluster share a client and a thread")
    func oneCluster() async throws {
        answer("a:1", good)
        let reader = makeReader()
        for number in 0..<1000 { reader.follow(key(number), .sample("a:1", group: "g-\(number)")) }
        let keys = (0..<1000).map(key)
        #expect(try await run(reader) { keys.allSatisfy { reader.latest($0) != nil } })
        clusters.state.withLock { state in
            #expect(state.made.values.reduce(0, +) == 1 && state.mostAlive == 1 && state.mostReading == 1)
        }
    }

    @Test("clusters that never answer delay nobody, and take one thread each of a few")
    func hungClusters() async throws {
        answer("good:1", good)
        let reader = makeReader()
        for number in 0..<3 {
            reader.follow(SinkKey(namespace: "hung", name: "\(number)"), .sample("hung-\(number):1"))
        }
        for number in 100..<300 { reader.follow(key(number), .sample("good:1", group: "g-\(number)")) }
        let keys = (100..<300).map(key)
        let begin = ContinuousClock.now
        #expect(try await run(reader) { keys.allSatisfy { reader.latest($0) != nil } })
        clusters.state.withLock { #expect($0.mostReading <= 4) }
        // Their rounds go on for half a minute. A machine that took so long shows nothing.
        let isTold = reader.latest(SinkKey(namespace: "hung", name: "0")) != nil
        #expect(!isTold || begin.duration(to: .now) > .seconds(30))
    }

    @Test("a client that reads nothing at all is thrown away, even if its cluster answers something")
    func nothingReadable() async throws {
        answer("a:1", .success(GroupLag(partitions: [], unknownPartitions: 5)))
        let reader = makeReader()
        reader.follow(key(1), .sample("a:1"))
        let key = key(1)
        #expect(try await run(reader) { reader.latest(key) != nil })
        #expect(clusters.state.withLock { $0.alive } == 0)
    }

    @Test("few clients stay, however many clusters there are")
    func fewClients() async throws {
        for number in 0..<60 { answer("c-\(number):1", good) }
        let reader = makeReader()
        for number in 0..<60 { reader.follow(key(number), .sample("c-\(number):1")) }
        let keys = (0..<60).map(key)
        #expect(try await run(reader) { keys.allSatisfy { reader.latest($0) != nil } })
        clusters.state.withLock { state in
            #expect(state.mostAlive <= 12 && state.alive == 8 && state.mostReading <= 4)
        }
        for key in keys { reader.forget(key) }
        let clusters = clusters
        #expect(try await run(reader) { clusters.state.withLock { $0.alive } == 0 })
    }

    @Test("a failure is told once, counted each time, and its client is thrown away")
    func failure() async throws {
        answer("a:1", .failure(LagError("Broker: not authorized")))
        let reader = makeReader()
        reader.follow(key(1), .sample("a:1"))
        let (key, log) = (key(1), log)
        #expect(try await run(reader) { reader.latest(key) != nil })
        guard case .failure(let error)? = reader.latest(key)?.outcome else {
            Issue.record("the reading did not fail")
            return
        }
        #expect(error.message == "Broker: not authorized")
        #expect(clusters.state.withLock { $0.alive } == 0)
        #expect(log.entries.count { $0.message == "the lag of sinks cannot be read" } == 1)
        // One, unless the machine took so long that it was tried again.
        let rounds = clusters.state.withLock { $0.rounds["a:1"] ?? 0 }
        #expect(registry.render().contains("lag_scrape_errors_total{name=\"sink-1\",namespace=\"data\"} \(rounds)\n"))
        reader.forget(key)
        #expect(reader.latest(key) == nil && !registry.render().contains("sink-1"))
    }
}
