import JSON
import Kubernetes
import ScriptedAPI
import Synchronization
import Testing

@testable import Operator

@Suite("Deleting a sink", .timeLimit(.minutes(10)))
struct ReconcileDeletionTests {
    private static let policy = "replicas: 2\ndeletionPolicy: {consumerGroup: Delete}"
    private static let pod = ObjectReference(.pod, namespace: "data", name: "telemetry-worker-1")
    private let harness = ReconcileHarness()

    private var finalizers: [String]? { harness.api.object(ReconcileHarness.sink)?.finalizers }

    private func startAndDelete() async throws -> SinkReconciler {
        try harness.prepare(Self.policy)
        let reconciler = harness.start()
        await harness.settle(reconciler)
        #expect(finalizers == [SinkMarks.groupFinalizer])
        let labels = JSONValue.object(JSONObject(ChildLabels("telemetry").all.map { ($0.key, .string($0.value)) }))
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": "telemetry-worker-1", "namespace": "data", "labels": labels],
        ]
        try harness.api.put(KubernetesObject(pod))
        try harness.api.requestDeletion(ReconcileHarness.sink)
        return reconciler
    }

    @Test("without a policy for its group holds nothing up")
    func retain() async throws {
        try harness.prepare()
        await harness.settle(harness.start())
        #expect(finalizers == [])
        try harness.api.requestDeletion(ReconcileHarness.sink)
        #expect(harness.api.object(ReconcileHarness.sink) == nil)
        #expect(harness.groups.deleted == [])
    }

    @Test("ends the workers first, then deletes the group, then lets the sink go")
    func delete() async throws {
        let reconciler = try await startAndDelete()
        await harness.settle(reconciler)
        #expect(harness.worker?.replicas == 0)
        #expect(harness.groups.deleted == [], "a worker is still in the group")
        harness.api.remove(Self.pod)
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(harness.groups.deleted == ["connect-telemetry"])
        #expect(harness.api.object(ReconcileHarness.sink) == nil)
    }

    @Test("does not wait for pods that have ended and lie about", arguments: ["Failed", "Succeeded"])
    func endedPod(phase: JSONValue) async throws {
        let reconciler = try await startAndDelete()
        try harness.api.set(["status"], to: ["phase": phase, "reason": "Evicted"], of: Self.pod)
        await harness.settle(reconciler)
        #expect(harness.groups.deleted == ["connect-telemetry"])
        #expect(harness.api.object(ReconcileHarness.sink) == nil)
    }

    @Test("leaves nothing behind for a sink of the same name that is made before its end is looked at")
    func madeAnew() async throws {
        let policy = "scaling: {mode: Lag}\ndeletionPolicy: {consumerGroup: Delete}"
        try harness.prepare(policy)
        let reconciler = harness.start()
        await harness.settle(reconciler)
        #expect(harness.lag.followed.count == 1)
        try harness.api.requestDeletion(ReconcileHarness.sink)
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(harness.api.object(ReconcileHarness.sink) == nil)
        harness.api.collectGarbage()
        try harness.put(policy)
        await harness.settle(reconciler)
        #expect(harness.lag.followed.count == 1, "the lag of the new sink is read")
        // One that is made anew without our having seen the old one go.
        let old = try #require(harness.lag.followed[ReconcileHarness.key])
        harness.api.remove(ReconcileHarness.sink)
        harness.api.collectGarbage()
        harness.lag.forget(ReconcileHarness.key)
        try harness.put(policy)
        await harness.settle(reconciler)
        #expect(harness.lag.followed[ReconcileHarness.key]?.group == old.group)
    }

    @Test("makes nothing anew while the watch is silent about it")
    func silentWatch() async throws {
        try harness.prepare()
        let cache = SilentCache(mirror: MirrorCache(api: harness.api))
        let reconciler = harness.start(cache)
        await harness.settle(reconciler)
        cache.sink.withLock { $0 = harness.api.object(ReconcileHarness.sink) }
        harness.api.remove(ReconcileHarness.sink)
        harness.api.collectGarbage()
        let outcome = await reconciler.reconcile(ReconcileHarness.key)
        #expect(outcome == .settled(lookAgain: nil))
        #expect(harness.worker == nil)
        #expect(harness.configurations.isEmpty)
    }

    @Test("by others takes the workers away, and they are not made anew while the watch is silent")
    func silentWatchAndFinalizer() async throws {
        try harness.prepare()
        let cache = SilentCache(mirror: MirrorCache(api: harness.api))
        let reconciler = harness.start(cache)
        await harness.settle(reconciler)
        cache.sink.withLock { $0 = harness.api.object(ReconcileHarness.sink) }
        try harness.api.set(["metadata", "finalizers"], to: ["other.example/hold"], of: ReconcileHarness.sink)
        try harness.api.requestDeletion(ReconcileHarness.sink)
        harness.api.remove(ReconcileHarness.deployment)
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(harness.worker == nil)
    }

    @Test("before the first look at it ends that look at its first write")
    func goneAtFirst() async throws {
        try harness.prepare()
        let cache = SilentCache(mirror: MirrorCache(api: harness.api))
        cache.sink.withLock { $0 = harness.api.object(ReconcileHarness.sink) }
        harness.api.remove(ReconcileHarness.sink)
        let outcome = await harness.start(cache).reconcile(ReconcileHarness.key)
        #expect(outcome == .settled(lookAgain: nil))
        #expect(harness.writes == ["patch KustoSink telemetry/status"])
    }

    @Test("with its objects left behind hands them to the next sink, which takes away what it does not want")
    func orphans() async throws {
        try harness.prepare("replicas: 2\nnetworkPolicy: {egressPorts: [9093]}")
        await harness.settle(harness.start())
        let policies = { harness.api.objects(.networkPolicy).count + harness.api.objects(.podDisruptionBudget).count }
        #expect(policies() == 2)
        let old = try #require(harness.configurations.first)
        for kind in ResourceKind.ownedKinds {
            for object in harness.api.objects(kind) where object.controller != nil {
                let reference = ObjectReference(kind, namespace: "data", name: object.name)
                try harness.api.set(["metadata", "ownerReferences"], to: nil, of: reference)
            }
        }
        // One that somebody made by hand, with the labels of ours.
        let labels = JSONValue.object(JSONObject(ChildLabels("telemetry").all.map { ($0.key, .string($0.value)) }))
        try harness.api.put(
            KubernetesObject([
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "mine", "namespace": "data", "labels": labels],
            ])
        )
        harness.api.remove(ReconcileHarness.sink)
        try harness.put("replicas: 1\nflush: {sizeBytes: 2097152}")
        await harness.settle(harness.start())
        #expect(policies() == 0)
        #expect(harness.configurations.count == 1)
        #expect(harness.configurations.first != old)
        #expect(harness.api.objects(.configMap).contains { $0.name == "mine" })
    }

    @Test("tells why the group is not deleted, and gives up after five minutes")
    func giveUp() async throws {
        let reconciler = try await startAndDelete()
        harness.api.remove(Self.pod)
        harness.groups.refuse("no broker answers")
        let outcome = await reconciler.reconcile(ReconcileHarness.key)
        #expect(outcome == .waiting(lookAgain: SinkReconciler.leavingPause))
        #expect(finalizers == [SinkMarks.groupFinalizer])
        #expect(harness.condition(.ready)?["message"]?.stringValue?.contains("no broker answers") == true)
        harness.time.advance(by: .seconds(400))
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(harness.api.object(ReconcileHarness.sink) == nil)
        #expect(harness.told.contains(.groupNotDeleted))
        #expect(harness.groups.deleted == [])
    }

    @Test("tries seldom to delete the group of a cluster that does not answer, and rests longer each time")
    func rests() async throws {
        let reconciler = try await startAndDelete()
        harness.api.remove(Self.pod)
        harness.groups.refuse("no broker answers")
        for (turn, rest) in [2, 4, 8, 16, 32, 60, 60].enumerated() {
            let outcome = await reconciler.reconcile(ReconcileHarness.key)
            #expect(outcome == .waiting(lookAgain: .seconds(rest)))
            #expect(harness.groups.tries == turn + 1)
            harness.time.advance(by: .seconds(rest - 1))
            // Looked at for another reason meanwhile.
            #expect(await reconciler.reconcile(ReconcileHarness.key) == .waiting(lookAgain: .seconds(1)))
            #expect(harness.groups.tries == turn + 1)
            harness.time.advance(by: .seconds(1))
        }
        #expect(harness.condition(.ready)?["message"]?.stringValue?.contains("no broker answers") == true)
        harness.groups.refuse(nil)
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(harness.groups.deleted == ["connect-telemetry"])
        #expect(harness.api.object(ReconcileHarness.sink) == nil)
    }

    @Test("lets go when the policy was changed meanwhile, and leaves the finalizers of others")
    func otherFinalizers() async throws {
        let reconciler = try await startAndDelete()
        try harness.put("replicas: 2")
        try harness.api.edit(ReconcileHarness.sink) { json in
            json = json.setting(
                ["other.example/hold", "kustosink.dev/consumer-group"],
                at: ["metadata", "finalizers"]
            )
        }
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(finalizers == ["other.example/hold"])
        #expect(harness.groups.deleted == [])
    }

    @Test("needs no finalizer any more when the policy is taken back")
    func policyTakenBack() async throws {
        try harness.prepare(Self.policy)
        let reconciler = harness.start()
        await harness.settle(reconciler)
        try harness.put("replicas: 2")
        await harness.settle(reconciler)
        #expect(finalizers == [])
    }
}

/// A cache whose watch on sinks has gone silent once it was given one.
private final class SilentCache: ClusterCache {
    private let mirror: MirrorCache
    let sink = Mutex<KubernetesObject?>(nil)

    init(mirror: MirrorCache) { self.mirror = mirror }

    func get(_ reference: ObjectReference) -> KubernetesObject? {
        let old = reference.kind == KustoSink.kind ? sink.withLock { $0 } : nil
        return old ?? mirror.get(reference)
    }

    func labelled(_ key: SinkKey, _ kind: ResourceKind) -> [KubernetesObject] { mirror.labelled(key, kind) }
    func keeps(_ kind: ResourceKind) -> Bool { mirror.keeps(kind) }
    func follow(_ secrets: Set<String>, for key: SinkKey) {}
    func secret(namespace: String, name: String) -> SecretKnowledge { mirror.secret(namespace: namespace, name: name) }
}
