import JSON
import Kubernetes
import ScriptedAPI
import Testing

@testable import Operator

@Suite("A reconciliation that ends between two writes", .timeLimit(.minutes(10)))
struct ReconcileCrashTests {
    /// What happens to a sink before the operator looks at it.
    enum Change: String, CaseIterable {
        case created, specChanged, secretRotated, scaled, paused, unwanted

        func make(_ harness: ReconcileHarness) async throws {
            if self == .created { return try harness.prepare("replicas: 2") }
            try harness.prepare(self == .unwanted ? "replicas: 2\nnetworkPolicy: {egressPorts: [9093]}" : "replicas: 2")
            await harness.settle(harness.start())
            try harness.rollOut()
            await harness.settle(harness.start())
            switch self {
            case .created: break
            case .specChanged: try harness.put("replicas: 3\nflush: {sizeBytes: 2097152}")
            case .secretRotated: try harness.putSecret("second")
            case .scaled: try harness.put("replicas: 4")
            case .paused: try harness.put("replicas: 2\npaused: true")
            case .unwanted: try harness.put("replicas: 2")
            }
        }
    }

    @Test("is ended by the next process as it would have ended it itself", arguments: Change.allCases)
    func crash(change: Change) async throws {
        let whole = ReconcileHarness()
        try await change.make(whole)
        whole.api.forgetCalls()
        await whole.settle(whole.start())
        let count = whole.api.writes.count
        #expect(count > 0)
        for number in 0..<count {
            let harness = ReconcileHarness()
            try await change.make(harness)
            harness.api.forgetCalls()
            harness.api.crashAfterWrite(number)
            await harness.settle(harness.start())
            #expect(harness.api.hasCrashed)
            harness.api.restart()
            await harness.settle(harness.start())
            #expect(harness.differences(from: whole) == [], "after write \(number) of \(count)")
        }
    }
}
