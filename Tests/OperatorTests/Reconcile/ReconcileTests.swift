import JSON
import Kubernetes
import ScriptedAPI
import Testing

@testable import Operator

@Suite("Reconciling a sink", .timeLimit(.minutes(10)))
struct ReconcileTests {
    private let harness = ReconcileHarness()

    @Test("A new sink leads to its objects, whose fields have the owners that they should")
    func create() async throws {
        try harness.prepare("replicas: 3")
        await harness.settle(harness.start())
        let worker = try #require(harness.worker)
        #expect(worker.replicas == 3)
        #expect(worker.controller?.name == "telemetry")
        #expect(harness.configurations.count == 1)
        #expect(
            harness.api.object(ObjectReference(.serviceAccount, namespace: "data", name: "telemetry-worker")) != nil
        )
        #expect(harness.api.writes.count { $0.request.kind == .deployment } == 1)
        #expect(harness.condition(.configValid)?["status"] == "True")
        #expect(harness.status?["observedGeneration"]?.intValue == 1)
    }

    @Test("The number of workers changes hands before it is left out, so that no apply resets it")
    func replicasChangeHands() async throws {
        try harness.prepare("replicas: 3")
        await harness.settle(harness.start())
        let owned = { harness.api.ownedFields(ReconcileHarness.deployment, by: $0) }
        #expect(owned(SinkMarks.childrenManager).contains("spec.replicas"))
        // Another configuration, by a process that has not made the Deployment.
        harness.api.forgetCalls()
        try harness.put("replicas: 3\nflush: {sizeBytes: 2097152}")
        await harness.settle(harness.start())
        let counts = harness.api.writes.filter { $0.request.kind == .deployment }.map {
            $0.request.body?["spec"]?["replicas"]?.intValue
        }
        #expect(counts == [3, nil])
        #expect(harness.worker?.replicas == 3)
        #expect(owned(SinkMarks.scalerManager) == ["spec.replicas"])
        #expect(!owned(SinkMarks.childrenManager).contains("spec.replicas"))
        // And back to the number at the beginning, which nobody but the scaler says now.
        try harness.put("replicas: 5\nflush: {sizeBytes: 2097152}")
        await harness.settle(harness.start())
        #expect(harness.worker?.replicas == 5)
        #expect(owned(SinkMarks.scalerManager) == ["spec.replicas"])
    }

    @Test("A number of workers that changes before anything else does belongs to the scaler from then on")
    func replicasChange() async throws {
        try harness.prepare("replicas: 3")
        let reconciler = harness.start()
        await harness.settle(reconciler)
        try harness.put("replicas: 4")
        await harness.settle(reconciler)
        let owned = { harness.api.ownedFields(ReconcileHarness.deployment, by: $0) }
        #expect(harness.worker?.replicas == 4)
        #expect(owned(SinkMarks.scalerManager) == ["spec.replicas"])
        #expect(!owned(SinkMarks.childrenManager).contains("spec.replicas"))
    }

    @Test("A new sink costs no request that could be left out: each object is looked for and applied once")
    func requests() async throws {
        try harness.prepare("replicas: 3")
        _ = await harness.start().reconcile(ReconcileHarness.key)
        var counts: [String: Int] = [:]
        for request in harness.api.requests where request.kind != .secret {
            counts["\(request.verb) \(request.kind?.kind ?? "")", default: 0] += 1
        }
        for kind in ["ServiceAccount", "ConfigMap", "PodDisruptionBudget", "Service", "Deployment"] {
            #expect(counts.removeValue(forKey: "get \(kind)") == 1, "\(kind)")
            #expect(counts.removeValue(forKey: "apply \(kind)") == 1, "\(kind)")
        }
        // That it was seen, and what is going on.
        #expect(counts == ["patch KustoSink": 2])
    }

    @Test("A Deployment is never seen with another number of workers than is wanted", arguments: [0, 1, 3])
    func noWrongStart(replicas: Int) async throws {
        try harness.prepare("replicas: \(replicas)")
        await harness.settle(harness.start())
        let first = harness.api.writes.first { $0.request.kind == .deployment }
        #expect(first?.request.body?["spec"]?["replicas"]?.intValue == replicas)
        #expect(harness.worker?.replicas == replicas)
    }

    @Test("The first write says that nobody has looked at the sink yet")
    func firstStatus() async throws {
        try harness.prepare()
        harness.api.crashAfterWrite(1)
        _ = await harness.start().reconcile(ReconcileHarness.key)
        #expect(harness.condition(.ready)?["status"] == "Unknown")
        #expect(harness.condition(.reconciling)?["status"] == "True")
        #expect(harness.worker == nil)
    }

    @Test("A second look writes nothing, also one of a new process")
    func idempotent() async throws {
        try harness.prepare("replicas: 2")
        let reconciler = harness.start()
        await harness.settle(reconciler)
        try harness.rollOut()
        await harness.settle(reconciler)
        harness.api.forgetCalls()
        _ = await reconciler.reconcile(ReconcileHarness.key)
        _ = await harness.start().reconcile(ReconcileHarness.key)
        #expect(harness.writes == [])
        // A new process needs the credential with which lag is read; what is known otherwise is not asked for.
        #expect(harness.api.requests.map { "\($0.verb) \($0.name)" } == ["get adx"])
        #expect(harness.condition(.ready)?["status"] == "True")
    }

    @Test("A change of the spec rolls the workers, and an unused configuration goes when no ReplicaSet names it")
    func specChange() async throws {
        try harness.prepare()
        let reconciler = harness.start()
        await harness.settle(reconciler)
        let before = try #require(harness.configurations.first)
        try harness.api.put(revision(naming: before))
        try harness.put("flush: {sizeBytes: 2097152}")
        await harness.settle(reconciler)
        #expect(harness.configurations.count == 2, "a rollback still needs the old one")
        let template = harness.worker?.json["spec"]?["template"]?["metadata"]?["annotations"]
        #expect(template?[SinkMarks.configAnnotation]?.stringValue.map { !before.hasSuffix($0) } == true)
        harness.api.remove(ObjectReference(.replicaSet, namespace: "data", name: "telemetry-worker-1"))
        try harness.rollOut()
        await harness.settle(harness.start())
        #expect(harness.configurations.count == 1)
        #expect(harness.configurations.first != before)
    }

    @Test("An old configuration also goes when its ReplicaSet goes long after the rollout, at the next resync")
    func lateCollection() async throws {
        try harness.prepare()
        let reconciler = harness.start()
        await harness.settle(reconciler)
        let before = try #require(harness.configurations.first)
        try harness.api.put(revision(naming: before))
        try harness.put("flush: {sizeBytes: 2097152}")
        await harness.settle(reconciler)
        try harness.rollOut()
        await harness.settle(reconciler)
        #expect(harness.configurations.count == 2)
        harness.api.remove(ObjectReference(.replicaSet, namespace: "data", name: "telemetry-worker-1"))
        harness.time.advance(by: SinkReconciler.resync)
        await harness.settle(reconciler)
        #expect(harness.configurations.count == 1)
        #expect(harness.configurations.first != before)
    }

    /// A ReplicaSet of an earlier rollout.
    private func revision(naming configuration: String) -> KubernetesObject {
        let source: JSONValue = ["name": .string(configuration)]
        return KubernetesObject([
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": "telemetry-worker-1", "namespace": "data",
                "labels": ["kustosink.dev/sink": "telemetry", "app.kubernetes.io/managed-by": "kustosink-operator"],
            ],
            "spec": ["template": ["spec": ["volumes": [["name": "config", "configMap": source]]]]],
        ])
    }

    @Test("A foreign object of a wanted name is left alone, and nothing else is written")
    func foreign() async throws {
        try harness.prepare()
        let foreign: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "telemetry-worker", "namespace": "data", "labels": ["app": "other"]],
            "spec": ["replicas": 7],
        ]
        let object = try harness.api.put(KubernetesObject(foreign))
        let outcome = await harness.settle(harness.start())
        #expect(harness.worker?.resourceVersion == object.resourceVersion)
        #expect(harness.configurations.isEmpty)
        #expect(harness.condition(.childrenOwned)?["reason"] == "NameConflict")
        guard case .refused = outcome else {
            Issue.record("the outcome is \(outcome)")
            return
        }
        harness.api.remove(ReconcileHarness.deployment)
        await harness.settle(harness.start())
        #expect(harness.worker?.replicas == 1)
        #expect(harness.condition(.childrenOwned)?["status"] == "True")
    }

    @Test("What somebody else edits is put right, what they add stays")
    func edits() async throws {
        try harness.prepare("replicas: 2")
        let reconciler = harness.start()
        await harness.settle(reconciler)
        let image = try #require(harness.worker?.image)
        try harness.api.edit(ReconcileHarness.deployment) { json in
            json = json.setting(5, at: ["spec", "replicas"])
                .setting("here", at: ["metadata", "annotations", "other.example/note"])
            let container = json["spec"]?["template"]?["spec"]?["containers"]?[0] ?? [:]
            json = json.setting(
                [container.setting("busybox", at: ["image"])],
                at: ["spec", "template", "spec", "containers"]
            )
        }
        await harness.settle(reconciler)
        #expect(harness.worker?.image == image)
        #expect(harness.worker?.replicas == 2)
        #expect(harness.worker?.annotations["other.example/note"] == "here")
        harness.api.remove(ReconcileHarness.deployment)
        await harness.settle(reconciler)
        #expect(harness.worker?.replicas == 2, "what is deleted comes again")
    }

    @Test("A Secret's new content rolls the workers; a label or another key does not")
    func rotation() async throws {
        try harness.prepare()
        let reconciler = harness.start()
        await harness.settle(reconciler)
        let hash = {
            harness.worker?.json["spec"]?["template"]?["metadata"]?["annotations"]?[SinkMarks.credentialsAnnotation]
        }
        let before = hash()
        harness.api.forgetCalls()
        try harness.api.set(["data", "unused"], to: "y", of: ReconcileHarness.secret)
        try harness.api.set(["metadata", "labels", "a"], to: "b", of: ReconcileHarness.secret)
        await harness.settle(reconciler)
        #expect(harness.writes == [])
        try harness.putSecret("second")
        await harness.settle(reconciler)
        #expect(hash() != before)
        #expect(harness.told.contains(.secretRotated))
        #expect(
            harness.metrics.contains(
                "kusto_sink_operator_secret_rotations_total{name=\"telemetry\",namespace=\"data\"} 1"
            )
        )
    }

    @Test("A missing Secret or key is named and waited for, and running workers stay")
    func missingSecret() async throws {
        try harness.put()
        let reconciler = harness.start()
        await harness.settle(reconciler)
        #expect(harness.worker == nil)
        #expect(harness.condition(.secretsResolved)?["status"] == "False")
        #expect(harness.condition(.secretsResolved)?["message"]?.stringValue?.contains("adx") == true)
        try harness.putSecret("first")
        await harness.settle(reconciler)
        let worker = try #require(harness.worker)
        #expect(harness.condition(.secretsResolved)?["status"] == "True")
        try harness.api.set(["data", "secret"], to: nil, of: ReconcileHarness.secret)
        await harness.settle(reconciler)
        #expect(harness.worker?.resourceVersion == worker.resourceVersion)
        #expect(harness.condition(.secretsResolved)?["message"]?.stringValue?.contains("secret") == true)
        try harness.put("replicas: 4")
        await harness.settle(reconciler)
        #expect(harness.worker?.replicas == 4, "the number of workers follows the spec all the same")
    }

    @Test("A pause takes the workers away and brings them back")
    func pause() async throws {
        try harness.prepare("replicas: 3")
        let reconciler = harness.start()
        await harness.settle(reconciler)
        try harness.put("replicas: 3\npaused: true")
        await harness.settle(reconciler)
        #expect(harness.worker?.replicas == 0)
        try harness.put("replicas: 3")
        await harness.settle(reconciler)
        #expect(harness.worker?.replicas == 3)
    }

    @Test("The annotation that keeps hands off lets nothing be written but the status")
    func handsOff() async throws {
        try harness.prepare()
        let reconciler = harness.start()
        await harness.settle(reconciler)
        let annotation = ["metadata", "annotations", SinkMarks.reconcileAnnotation]
        try harness.api.set(annotation, to: "paused", of: ReconcileHarness.sink)
        try harness.put("replicas: 5\nflush: {sizeBytes: 2097152}")
        harness.api.forgetCalls()
        await harness.settle(reconciler)
        #expect(Set(harness.api.writes.map(\.request.subresource)) == ["status"])
        #expect(harness.condition(.paused)?["reason"] == "ReconciliationPaused")
        try harness.api.set(annotation, to: nil, of: ReconcileHarness.sink)
        await harness.settle(reconciler)
        #expect(harness.worker?.replicas == 5)
    }

    @Test("A restart annotation on the sink reaches the pods")
    func restart() async throws {
        try harness.prepare()
        let reconciler = harness.start()
        await harness.settle(reconciler)
        let name = "kubectl.kubernetes.io/restartedAt"
        try harness.api.set(["metadata", "annotations", name], to: "2026-11-26T12:00:00Z", of: ReconcileHarness.sink)
        await harness.settle(reconciler)
        let annotations = harness.worker?.json["spec"]?["template"]?["metadata"]?["annotations"]
        #expect(annotations?[name] == "2026-11-26T12:00:00Z")
    }

    @Test(
        "A spec that is not in order leaves the workers as they are",
        arguments: ["flush: {sizeBytes: -1}", "nonsense: 1"]
    )
    func badSpec(line: String) async throws {
        try harness.prepare("replicas: 2")
        let reconciler = harness.start()
        await harness.settle(reconciler)
        let worker = try #require(harness.worker)
        try harness.put("replicas: 2\n" + line)
        let outcome = await harness.settle(reconciler)
        #expect(harness.worker?.resourceVersion == worker.resourceVersion)
        #expect(harness.condition(.configValid)?["status"] == "False")
        #expect(harness.condition(.stalled)?["status"] == "True")
        guard case .refused = outcome else {
            Issue.record("the outcome is \(outcome)")
            return
        }
    }

    @Test("A sink that is gone leaves no series and no reader of its lag behind")
    func gone() async throws {
        try harness.prepare()
        let reconciler = harness.start()
        await harness.settle(reconciler)
        #expect(harness.metrics.contains("name=\"telemetry\""))
        harness.api.remove(ReconcileHarness.sink)
        let outcome = await reconciler.reconcile(ReconcileHarness.key)
        #expect(outcome == .settled(lookAgain: nil))
        #expect(!harness.metrics.contains("name=\"telemetry\""))
        harness.api.collectGarbage()
        #expect(harness.worker == nil)
        #expect(harness.configurations.isEmpty)
    }

    @Test("Without the lease nothing is written, though all is looked at")
    func fence() async throws {
        try harness.prepare()
        harness.loseLease()
        let outcome = await harness.start().reconcile(ReconcileHarness.key)
        #expect(harness.writes == [])
        guard case .failed = outcome else {
            Issue.record("the outcome is \(outcome)")
            return
        }
    }
}

extension KubernetesObject {
    /// The image of a Deployment's first container.
    fileprivate var image: JSONValue? { json["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"] }
}
