import JSON
import Kubernetes
import ScriptedAPI
import Synchronization
import Testing

@testable import Operator

@Suite("What goes wrong while reconciling a sink", .timeLimit(.minutes(10)))
struct ReconcileFailureTests {
    private let harness = ReconcileHarness()
    private let failure = APIError(.unavailable, "the server is busy", status: 503)

    private func startReady(_ spec: String = "") async throws -> SinkReconciler {
        try harness.prepare(spec)
        let reconciler = harness.start()
        await harness.settle(reconciler)
        try harness.rollOut()
        await harness.settle(reconciler)
        #expect(harness.condition(.ready)?["status"] == "True")
        return reconciler
    }

    private func annotation(_ name: String) -> JSONValue? {
        harness.worker?.json["spec"]?["template"]?["metadata"]?["annotations"]?[name]
    }

    @Test("A PodMonitor that cannot be applied keeps no change from the workers", arguments: [true, false])
    func podMonitor(isWithdrawn: Bool) async throws {
        harness.api.serve(.podMonitor)
        harness.kinds.withLock { $0 = [.podMonitor] }
        let reconciler = try await startReady()
        let before = annotation(SinkMarks.configAnnotation)
        if isWithdrawn {
            harness.api.withdraw(.podMonitor)
        } else {
            harness.api.fail(with: MemoryAPI.forbiddenError, times: nil, kind: .podMonitor)
        }
        harness.time.advance(by: .seconds(700))
        try harness.put("flush: {sizeBytes: 2097152}")
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(annotation(SinkMarks.configAnnotation) != before)
        guard isWithdrawn else {
            #expect(harness.condition(.stalled)?["reason"] == "AccessDenied")
            return
        }
        #expect(harness.condition(.configValid)?["message"]?.stringValue?.contains("nothing scrapes") == true)
        harness.api.forgetCalls()
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(!harness.api.requests.contains { $0.kind == .podMonitor }, "not asked for at every look")
        #expect(harness.condition(.configValid)?["message"]?.stringValue?.contains("nothing scrapes") == true)
        try harness.rollOut()
        await harness.settle(reconciler)
        #expect(harness.condition(.ready)?["status"] == "True")
    }

    @Test("A request that fails once leaves a sink ready whose workers are; one that goes on failing does not")
    func passingFailure() async throws {
        let reconciler = try await startReady()
        let label = ["metadata", "labels", "app.kubernetes.io/part-of"]
        try harness.api.set(label, to: "edited", of: ReconcileHarness.deployment)
        harness.api.fail(with: failure, times: nil, verb: .apply)
        for attempt in 1...3 {
            _ = await reconciler.reconcile(ReconcileHarness.key)
            #expect(harness.condition(.ready)?["status"] == "True", "attempt \(attempt)")
            #expect(harness.condition(.ready)?["reason"] == "WorkersReady")
            #expect(harness.condition(.reconciling)?["reason"] == "ReconcileFailed")
        }
        harness.time.advance(by: .seconds(31))
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(harness.condition(.ready)?["status"] == "False")
        #expect(harness.condition(.ready)?["message"]?.stringValue?.contains("busy") == true)
        harness.api.clearFaults()
        await harness.settle(reconciler)
        #expect(harness.condition(.ready)?["status"] == "True")
        #expect(harness.condition(.reconciling) == nil)
        // The count begins anew.
        try harness.api.set(label, to: "edited", of: ReconcileHarness.deployment)
        harness.api.fail(with: failure, verb: .apply)
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(harness.condition(.ready)?["status"] == "True")
    }

    @Test("New content of a Secret is told once, when the workers get it, however often that fails")
    func rotationOnce() async throws {
        let reconciler = try await startReady()
        try harness.putSecret("second")
        harness.api.fail(with: failure, times: 5, verb: .apply)
        for _ in 0..<5 {
            _ = await reconciler.reconcile(ReconcileHarness.key)
            harness.time.advance(by: .seconds(60))
        }
        #expect(!harness.told.contains(.secretRotated))
        await harness.settle(reconciler)
        #expect(harness.told.count { $0 == .secretRotated } == 1)
        let counted = "kusto_sink_operator_secret_rotations_total{name=\"telemetry\",namespace=\"data\"} 1"
        #expect(harness.metrics.contains(counted))
    }

    @Test("New content of a Secret that came while no operator ran is told as well")
    func rotationMeanwhile() async throws {
        _ = try await startReady()
        try harness.putSecret("second")
        await harness.settle(harness.start())
        #expect(harness.told.count { $0 == .secretRotated } == 1)
        await harness.settle(harness.start())
        #expect(harness.told.count { $0 == .secretRotated } == 1)
    }

    @Test("New content of a Secret is told even if the status cannot be written")
    func rotationWithoutStatus() async throws {
        let reconciler = try await startReady()
        try harness.putSecret("second")
        harness.api.fail(with: failure, verb: .patch, kind: KustoSink.kind)
        _ = await reconciler.reconcile(ReconcileHarness.key)
        await harness.settle(reconciler)
        #expect(harness.told.count { $0 == .secretRotated } == 1)
    }

    @Test("A server that asks to be left alone for hours is asked again after two minutes")
    func retryAfter() async throws {
        try harness.prepare()
        let busy = APIError(.tooManyRequests, "busy", status: 429, retryAfter: .seconds(86_400))
        harness.api.fail(with: busy, times: nil, verb: .apply)
        let outcome = await harness.start().reconcile(ReconcileHarness.key)
        #expect(outcome == .failed("busy", atLeast: .seconds(120)))
    }

    @Test("A status that cannot be written keeps no worker from starting")
    func statusRefused() async throws {
        try harness.prepare("replicas: 2")
        harness.api.fail(with: failure, times: nil, verb: .patch, kind: KustoSink.kind)
        let outcome = await harness.start().reconcile(ReconcileHarness.key)
        #expect(harness.worker?.replicas == 2)
        #expect(outcome == .failed("the server is busy"))
    }

    @Test("An object that is held on its way out is named, and looked for less and less often")
    func leaving() async throws {
        let reconciler = try await startReady()
        try harness.api.set(["metadata", "finalizers"], to: ["other.example/hold"], of: ReconcileHarness.deployment)
        try harness.api.requestDeletion(ReconcileHarness.deployment)
        var pauses: [ReconcileOutcome] = []
        for _ in 0..<7 { pauses.append(await reconciler.reconcile(ReconcileHarness.key)) }
        #expect(pauses == [2, 4, 8, 16, 32, 60, 60].map { .waiting(lookAgain: .seconds($0)) })
        for kind in [Condition.Kind.ready, .reconciling] {
            let message = harness.condition(kind)?["message"]?.stringValue
            #expect(message?.contains("telemetry-worker") == true)
            #expect(message?.contains("finalizers") == true)
        }
        harness.api.remove(ReconcileHarness.deployment)
        await harness.settle(reconciler)
        #expect(harness.worker?.deletionTimestamp == nil)
        #expect(harness.worker != nil)
    }

    @Test("Strimzi's resources, which are not watched, are read every minute")
    func strimzi() async throws {
        try harness.prepare()
        try harness.api.set(
            ["spec", "kafka"],
            to: ["clusterRef": ["name": "events", "listener": "plain"]],
            of: ReconcileHarness.sink
        )
        for kind in StrimziResources.clusterKinds { harness.api.serve(kind) }
        harness.kinds.withLock { $0 = Set(StrimziResources.clusterKinds) }
        let kind = try #require(StrimziResources.clusterKinds.first)
        let cluster: JSONValue = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind),
            "metadata": ["name": "events", "namespace": "data"],
            "spec": ["kafka": ["listeners": [["name": "plain", "port": 9092, "type": "internal", "tls": false]]]],
            "status": [
                "conditions": [["type": "Ready", "status": "True"]],
                "listeners": [["name": "plain", "bootstrapServers": "events-kafka-bootstrap.data.svc:9092"]],
            ],
        ]
        try harness.api.put(KubernetesObject(cluster))
        let outcome = await harness.settle(harness.start())
        #expect(harness.worker != nil)
        guard case .waiting(let pause) = outcome else {
            Issue.record("the outcome is \(outcome)")
            return
        }
        #expect(pause <= SinkReconciler.strimziPause * 1.1)
    }
}
