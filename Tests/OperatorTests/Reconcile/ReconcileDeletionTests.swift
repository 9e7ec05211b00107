import JSON
import Kubernetes
import ScriptedAPI
import Testing

@testable import Operator

@Suite("Deleting a sink", .timeLimit(.minutes(2)))
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
