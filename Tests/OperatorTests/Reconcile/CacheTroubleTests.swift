import Daemon
import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Operator

/// The caches of an operator whose server refuses, forgets or is behind, in a time that the test moves.
@Suite("Caches in trouble", .timeLimit(.minutes(10)))
struct CacheTroubleTests {
    private let harness = ReconcileHarness()
    private let logger = Logger(label: "test", level: .error, sink: MemoryLogSink())

    private func makeCluster(_ namespaces: [String] = []) -> WatchedCluster {
        WatchedCluster(
            api: harness.api,
            namespaces: namespaces,
            metrics: WatchMetrics(registry: MetricsRegistry(), clock: harness.time.clock),
            clock: harness.time.clock,
            logger: logger
        )
    }

    /// Runs the watches of a cluster while `body` runs.
    private func run(_ cluster: WatchedCluster, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for watcher in cluster.watchers {
                group.addTask {
                    do { try await watcher.run() } catch is CancellationError {}
                }
            }
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// Lets time pass, in which everybody who waits has a turn, until a condition holds.
    private func pass(_ what: String, until condition: () -> Bool) async throws {
        try await eventually(what) {
            if !condition() { harness.time.advance(by: .seconds(1)) }
            return condition()
        }
    }

    /// Takes the right to read a kind away.
    private func forbid(_ kind: ResourceKind) {
        for verb in [MemoryRequest.Verb.list, .watch] {
            harness.api.fail(with: MemoryAPI.forbiddenError, times: nil, verb: verb, kind: kind)
        }
        harness.api.endWatches(.cleanly)
    }

    @Test("says of a sink that it cannot be looked after when the right to read its workers was taken away")
    func cutRights() async throws {
        try harness.prepare("replicas: 2")
        let cluster = makeCluster()
        let reconciler = harness.start(cluster)
        try await run(cluster) {
            try await pass("the caches are filled") { cluster.unsynced.isEmpty }
            await settle(reconciler, cluster) { harness.worker != nil }
            try harness.rollOut()
            await settle(reconciler, cluster) { harness.condition(.ready)?["status"] == "True" }
            try #require(harness.condition(.ready)?["status"] == "True")
            forbid(.deployment)
            try await pass("the problem is noticed") { cluster.problem(in: "data") != nil }
            #expect(cluster.troubles["the cluster"]?.contains("forbidden") == true)
            #expect(!cluster.isCurrentSomewhere)
            harness.api.remove(ReconcileHarness.deployment)
            _ = await reconciler.reconcile(ReconcileHarness.key)
            #expect(harness.condition(.ready)?["status"] != "True")
            #expect(harness.condition(.ready)?["reason"]?.stringValue == "AccessDenied")
            harness.api.clearFaults()
            try await pass("the caches are current again") { cluster.problem(in: "data") == nil }
            #expect(cluster.troubles.isEmpty)
            await settle(reconciler, cluster) { harness.worker != nil }
            #expect(harness.worker != nil)
        }
    }

    @Test("does not believe what it knew of a Secret when it may not read it for two minutes")
    func cutSecrets() async throws {
        try harness.prepare()
        let cluster = makeCluster()
        let woken = Mutex(0)
        cluster.wake(harness.start(cluster)) { _ in woken.withLock { $0 += 1 } }
        try await run(cluster) {
            cluster.follow(["adx"], for: ReconcileHarness.key)
            try await pass("the Secret is known") {
                if case .present = cluster.secret(namespace: "data", name: "adx") { true } else { false }
            }
            let before = woken.withLock { $0 }
            forbid(.secret)
            try await pass("what is known is doubted") {
                if case .unreadable(let error) = cluster.secret(namespace: "data", name: "adx") {
                    error.code == .forbidden
                } else {
                    false
                }
            }
            try await pass("the sink is woken") { woken.withLock { $0 } > before }
        }
    }

    @Test("lists anew what a leader may have written before, although the watch says nothing")
    func relists() async throws {
        try harness.prepare()
        let cluster = makeCluster()
        try await run(cluster) {
            try await pass("the caches are filled") { cluster.unsynced.isEmpty }
            let lists = { harness.api.requests.count { $0.verb == .list } }
            try await eventually("all watches") { harness.api.watches >= cluster.watchers.count - 1 }
            let before = lists()
            harness.time.advance(by: .milliseconds(10))
            let isListed = cluster.relist()
            try await pass("the lists") { isListed() }
            #expect(lists() >= before + cluster.watchers.count - 1)
        }
    }

    @Test("tells the namespaces apart that it may read and those that it may not")
    func namespaces() async throws {
        try harness.prepare()
        harness.api.add(
            MemoryFault(.fail(MemoryAPI.forbiddenError), times: nil) { $0.verb == .list && $0.namespace == "closed" }
        )
        let cluster = makeCluster(["closed", "data"])
        try await run(cluster) {
            try await pass("the caches of one are filled") { cluster.isSyncedSomewhere }
            #expect(cluster.isSynced(in: "data") && !cluster.isSynced(in: "closed"))
            #expect(Array(cluster.troubles.keys) == ["namespace closed"])
            #expect(cluster.isCurrentSomewhere)
            #expect(cluster.problem(in: "data") == nil)
        }
    }

    /// Looks at the sink until a condition holds, each time with caches that show what was written before.
    private func settle(
        _ reconciler: SinkReconciler,
        _ cluster: WatchedCluster,
        until condition: () -> Bool
    ) async {
        try? await eventually("the sink is settled") {
            _ = await reconciler.reconcile(ReconcileHarness.key)
            harness.time.advance(by: .seconds(5))
            return condition()
        }
    }
}
