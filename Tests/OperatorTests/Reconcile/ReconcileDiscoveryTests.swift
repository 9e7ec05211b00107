import JSON
import Kubernetes
import Logging
import ScriptedAPI
import Testing

@testable import Operator

@Suite("Kinds that come and go", .timeLimit(.minutes(10)))
struct ReconcileDiscoveryTests {
    private let harness = ReconcileHarness()

    private var configHash: JSONValue? {
        harness.worker?.json["spec"]?["template"]?["metadata"]?["annotations"]?[SinkMarks.configAnnotation]
    }

    @Test("a PodMonitor whose definition was taken out of the cluster holds no change of the workers up")
    func withdrawn() async throws {
        let logger = Logger(label: "test", level: .error, sink: MemoryLogSink())
        let discovery = APIDiscovery(api: harness.api, clock: harness.time.clock, logger: logger)
        try harness.prepare()
        harness.api.serve(.podMonitor)
        let reconciler = harness.start(discovery: discovery)
        await harness.settle(reconciler)
        try #require(harness.api.objects(.podMonitor).count == 1)
        let before = configHash
        harness.api.withdraw(.podMonitor)
        // The monitor is looked at once per resync, and what discovery knows is good for an hour.
        harness.time.advance(by: SinkReconciler.resync * 1.1)
        try harness.put("flush: {interval: 7s}")
        _ = await reconciler.reconcile(ReconcileHarness.key)
        _ = await reconciler.reconcile(ReconcileHarness.key)
        #expect(before != nil && configHash != before)
        // When it comes back, so does the monitor: at the latest when a sink is looked at although nothing has happened.
        harness.api.serve(.podMonitor)
        harness.time.advance(by: SinkReconciler.resync * 1.1)
        await harness.settle(reconciler)
        #expect(harness.api.objects(.podMonitor).count == 1)
    }
}
