import Daemon
import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Synchronization
import Testing

@testable import Operator

/// The Secrets of sinks as an operator sees them that may read some of them by name, in a time that the test moves.
@Suite("Secrets by name", .timeLimit(.minutes(10)))
struct SecretsByNameTests {
    private let harness = ReconcileHarness()

    private func makeCluster() -> WatchedCluster {
        WatchedCluster(
            api: harness.api,
            namespaces: [],
            secretAccess: .byName,
            metrics: WatchMetrics(registry: MetricsRegistry(), clock: harness.time.clock),
            clock: harness.time.clock,
            logger: Logger(label: "test", level: .error, sink: MemoryLogSink())
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

    private func put(_ name: String, _ value: String) throws {
        try harness.api.put(
            KubernetesObject([
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "namespace": "data"],
                "data": ["key": .string(value)],
            ])
        )
    }

    /// Lets the server answer as to a role that names these Secrets alone.
    private func allow(_ names: Set<String>) {
        harness.api.clearFaults()
        harness.api.add(
            MemoryFault(.fail(MemoryAPI.forbiddenError), times: nil) { request in
                request.kind == .secret && !names.contains(request.name)
            }
        )
    }

    private static func digest(_ knowledge: SecretKnowledge) -> String? {
        if case .present(let keys) = knowledge { keys["key"] } else { nil }
    }

    @Test("are watched up to the limit and polled beyond it; every change wakes the sink, and no other is asked for")
    func all() async throws {
        let names = (0..<SecretWatchPlan.watches + 20).map { "secret-\(100 + $0)" }
        for name in names { try put(name, "bW9vbg==") }
        try put("unused", "bW9vbg==")
        let cluster = makeCluster()
        let woken = Mutex(0)
        cluster.wake(harness.start(cluster)) { _ in woken.withLock { $0 += 1 } }
        allow(Set(names))
        func knowledge(_ name: String) -> SecretKnowledge { cluster.secret(namespace: "data", name: name) }
        try await run(cluster) {
            cluster.follow(Set(names), for: ReconcileHarness.key)
            try await pass("all Secrets are known") { names.allSatisfy { Self.digest(knowledge($0)) != nil } }
            // One that has a watch, and one that has none.
            for name in [names[0], names[names.count - 1]] {
                let (before, count) = (Self.digest(knowledge(name)), woken.withLock { $0 })
                try harness.api.set(
                    ["data", "key"],
                    to: "c3Vu",
                    of: ObjectReference(.secret, namespace: "data", name: name)
                )
                try await pass("\(name) has changed") { Self.digest(knowledge(name)) != before }
                try await pass("the sink is woken") { woken.withLock { $0 } > count }
            }
            let gone = names[names.count - 2]
            harness.api.remove(ObjectReference(.secret, namespace: "data", name: gone))
            try await pass("the end of a polled Secret is noticed") { knowledge(gone) == .absent }
            try put(gone, "bWFycw==")
            try await pass("and its return") { Self.digest(knowledge(gone)) != nil }
        }
        let asked = harness.api.requests.filter { $0.kind == .secret }
        #expect(Set(asked.map(\.name)) == Set(names))
        #expect(harness.api.requests.count { $0.kind == .secret && $0.verb == .watch } > 0)
        let watched = Set(asked.filter { $0.verb == .watch }.map(\.name))
        #expect(watched.count == SecretWatchPlan.watches)
        // Each about every half a minute, so the time that has passed bounds how often.
        let polls = asked.count { $0.verb == .get && $0.name == names[names.count - 1] }
        #expect(polls <= 2 + Int(harness.time.clock.now() / (SecretPoll.interval * 0.9)))
    }

    @Test("that the role does not name stop the sinks that use them, and nothing else")
    func missingRight() async throws {
        try harness.prepare("replicas: 2")
        let cluster = makeCluster()
        let reconciler = harness.start(cluster)
        allow([])
        try await run(cluster) {
            try await pass("the caches are filled") { cluster.unsynced.isEmpty }
            try await pass("the sink says what is missing") {
                harness.condition(.ready)?["reason"] == "AccessDenied"
            } step: {
                _ = await reconciler.reconcile(ReconcileHarness.key)
            }
            let message = try #require(harness.condition(.stalled)?["message"]?.stringValue)
            #expect(message.contains("the Secret adx"))
            #expect(message.contains("resourceNames") && message.contains("namespace data"))
            #expect(message.contains("rbac.secretNames"))
            // Longer than any other watch may be forbidden before the operator is not ready.
            for _ in 0..<200 { harness.time.advance(by: .seconds(1)) }
            #expect(cluster.troubles.isEmpty && cluster.problem(in: "data") == nil)
            #expect(harness.worker == nil)
            allow(["adx"])
            try await pass("the workers are there once the role names it") {
                harness.worker != nil
            } step: {
                _ = await reconciler.reconcile(ReconcileHarness.key)
            }
            #expect(harness.condition(.stalled) == nil)
        }
    }

    @Test("that may not be read any more leave running workers, whose number still follows the spec")
    func lostRight() async throws {
        try harness.prepare("replicas: 2")
        let cluster = makeCluster()
        let reconciler = harness.start(cluster)
        try await run(cluster) {
            try await pass("the caches are filled") { cluster.unsynced.isEmpty }
            try await pass("the workers are there") {
                harness.worker?.replicas == 2
            } step: {
                _ = await reconciler.reconcile(ReconcileHarness.key)
            }
            allow([])
            harness.api.endWatches(.cleanly)
            try await pass("the sink says what is missing") {
                harness.condition(.ready)?["reason"] == "AccessDenied"
            } step: {
                _ = await reconciler.reconcile(ReconcileHarness.key)
            }
            try harness.put("replicas: 3")
            try await pass("a third worker is there") {
                harness.worker?.replicas == 3
            } step: {
                _ = await reconciler.reconcile(ReconcileHarness.key)
            }
        }
    }

    @Test("keep no sink from its deletion when they may not be read")
    func deletion() async throws {
        try harness.prepare("deletionPolicy: {consumerGroup: Delete}")
        let cluster = makeCluster()
        let reconciler = harness.start(cluster)
        try await run(cluster) {
            try await pass("the caches are filled") { cluster.unsynced.isEmpty }
            try await pass("the workers are there") {
                harness.worker != nil
            } step: {
                _ = await reconciler.reconcile(ReconcileHarness.key)
            }
            allow([])
            harness.api.endWatches(.cleanly)
            try await pass("the Secret is doubted") {
                if case .unreadable = cluster.secret(namespace: "data", name: "adx") { true } else { false }
            }
            _ = try await harness.api.delete(ReconcileHarness.sink, uid: nil, resourceVersion: nil)
            try await pass("the sink is let go") {
                harness.api.object(ReconcileHarness.sink) == nil
            } step: {
                _ = await reconciler.reconcile(ReconcileHarness.key)
                harness.time.advance(by: .seconds(10))
            }
            #expect(harness.told.contains(.groupNotDeleted))
        }
    }

    /// The same, with something done before each look.
    private func pass(
        _ what: String,
        until condition: () -> Bool,
        step: () async -> Void
    ) async throws {
        try await eventually(what) {
            await step()
            if !condition() { harness.time.advance(by: .seconds(1)) }
            return condition()
        }
    }
}
