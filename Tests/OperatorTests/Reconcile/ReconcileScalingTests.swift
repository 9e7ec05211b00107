import JSON
import Kubernetes
import ScriptedAPI
import Testing

@testable import Operator

@Suite("Reconciling the number of workers")
struct ReconcileScalingTests {
    private let harness = ReconcileHarness()

    /// A group that has this many records to read in each of four partitions.
    private func group(_ records: Int64) -> Result<GroupLag, LagError> {
        .success(
            GroupLag(
                partitions: (0..<4).map {
                    GroupLag.Partition(topic: "orders", number: $0, committed: 1000, start: 0, end: 1000 + records)
                }
            )
        )
    }

    /// Lets time go by in which lag is read and the sink looked at every 15 s, and its workers start at once.
    private func live(_ reconciler: SinkReconciler, for seconds: Int, lag records: Int64) async throws {
        for _ in 0..<(seconds / 15) {
            harness.time.advance(by: .seconds(15))
            harness.lag.read(group(records), at: reconciler.instant)
            _ = await reconciler.reconcile(ReconcileHarness.key)
            try harness.rollOut()
        }
    }

    @Test("In mode Lag workers follow the lag up and down, and the spec stays as the user wrote it")
    func followsLag() async throws {
        try harness.prepare("scaling: {mode: Lag, minReplicas: 1, maxReplicas: 3, lagThreshold: 100}")
        let spec = harness.api.object(ReconcileHarness.sink)?.json["spec"]
        let reconciler = harness.start()
        _ = await harness.settle(reconciler)
        try harness.rollOut()
        #expect(harness.worker?.replicas == 1)
        #expect(harness.lag.followed[ReconcileHarness.key]?.interval == LagConnection.scalingInterval)
        try await live(reconciler, for: 600, lag: 10_000)
        #expect(harness.worker?.replicas == 3)
        #expect(harness.told.contains(.scaled))
        #expect(harness.status?["scaling"]?["lag"] == 40_000)
        try await live(reconciler, for: 3600, lag: 0)
        #expect(harness.worker?.replicas == 1)
        #expect(harness.api.object(ReconcileHarness.sink)?.json["spec"] == spec)
        #expect(
            harness.api.ownedFields(ReconcileHarness.deployment, by: SinkMarks.scalerManager).contains {
                "\($0)".contains("replicas")
            }
        )
    }

    @Test("Lag that cannot be read changes nothing and is told")
    func keepsWorkers() async throws {
        try harness.prepare("scaling: {mode: Lag, minReplicas: 1, maxReplicas: 3, lagThreshold: 100}")
        let reconciler = harness.start()
        _ = await harness.settle(reconciler)
        try harness.rollOut()
        try await live(reconciler, for: 600, lag: 10_000)
        for _ in 0..<400 {
            harness.time.advance(by: .seconds(15))
            harness.lag.read(.failure(LagError("no broker answers")), at: reconciler.instant)
            _ = await reconciler.reconcile(ReconcileHarness.key)
        }
        #expect(harness.worker?.replicas == 3)
        #expect(harness.condition(.scalingActive)?["status"] == "False")
        #expect(harness.condition(.scalingActive)?["message"]?.stringValue?.contains("no broker answers") == true)
    }

    @Test("Properties that the lag cannot be read with end the reading with the old ones")
    func unreadable() async throws {
        let scaling = "scaling: {mode: Lag, minReplicas: 1, maxReplicas: 3}"
        try harness.prepare(scaling)
        let reconciler = harness.start()
        _ = await harness.settle(reconciler)
        try harness.rollOut()
        #expect(harness.lag.followed[ReconcileHarness.key] != nil)
        // The number of this property stands in a Secret, where the worker alone looks for it.
        let config: JSONValue = ["consumer.override.fetch.min.bytes": "${secret:adx:secret}"]
        try harness.api.set(["spec", "config"], to: config, of: ReconcileHarness.sink)
        _ = await harness.settle(reconciler)
        #expect(harness.lag.followed[ReconcileHarness.key] == nil)
        for _ in 0..<4 {
            harness.time.advance(by: .seconds(15))
            _ = await reconciler.reconcile(ReconcileHarness.key)
        }
        #expect(harness.condition(.scalingActive)?["message"]?.stringValue?.contains("fetch.min.bytes") == true)
    }

    @Test("In mode Lag a sink without workers gets one when its lag cannot be read")
    func wakesUnread() async throws {
        try harness.prepare("scaling: {mode: Lag, minReplicas: 0, maxReplicas: 3, cooldown: 60s}")
        let reconciler = harness.start()
        _ = await harness.settle(reconciler)
        try harness.rollOut()
        try await live(reconciler, for: 1200, lag: 0)
        #expect(harness.worker?.replicas == 0)
        for turn in 1...3 {
            #expect(harness.worker?.replicas == 0)
            harness.time.advance(by: .seconds(15))
            harness.lag.read(.failure(LagError("the password is wrong")), at: reconciler.instant)
            _ = await reconciler.reconcile(ReconcileHarness.key)
            #expect((harness.worker?.replicas == 1) == (turn == 3))
        }
    }

    @Test("In the other modes lag is shown and decides nothing", arguments: ["Fixed", "External"])
    func showsLag(mode: String) async throws {
        try harness.prepare("replicas: 2\nscaling: {mode: \(mode)}")
        let reconciler = harness.start()
        _ = await harness.settle(reconciler)
        try harness.rollOut()
        #expect(harness.lag.followed[ReconcileHarness.key]?.interval == LagConnection.showingInterval)
        try await live(reconciler, for: 120, lag: 10_000)
        #expect(harness.worker?.replicas == 2)
        #expect(harness.status?["scaling"]?["lag"] == 40_000)
        #expect(harness.metrics.contains("kusto_sink_operator_lag{name=\"telemetry\",namespace=\"data\"} 40000\n"))
        try await live(reconciler, for: 120, lag: 0)
        #expect(harness.status?["scaling"]?["lag"] == 0)
    }

    @Test("A sink that rests shows its lag too")
    func showsLagOfPaused() async throws {
        try harness.prepare("paused: true\nscaling: {mode: Lag, minReplicas: 1, maxReplicas: 3}")
        let reconciler = harness.start()
        _ = await harness.settle(reconciler)
        try harness.rollOut()
        try await live(reconciler, for: 120, lag: 10_000)
        #expect(harness.worker?.replicas == 0)
        #expect(harness.status?["scaling"]?["lag"] == 40_000)
        #expect(harness.condition(.scalingActive) == nil)
    }
}
