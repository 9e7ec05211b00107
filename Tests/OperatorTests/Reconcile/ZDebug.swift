import JSON
import Kubernetes
import ScriptedAPI
import Testing

@testable import Operator

@Suite struct ZDebug {
    @Test func go() async throws {
        let harness = ReconcileHarness()
        try harness.prepare("replicas: 2")
        let r = harness.start()
        for _ in 0..<4 {
            harness.api.forgetCalls()
            print(await r.reconcile(ReconcileHarness.key))
            for w in harness.api.writes { print(w.request.verb, w.request.kind!.kind, w.request.name, w.outcome, w.request.subresource != nil ? w.request.body!.text : "") }
            harness.time.advance(by: .seconds(60))
        }
        print(harness.status?.text ?? "")
    }
}
