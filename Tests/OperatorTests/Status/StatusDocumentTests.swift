import JSON
import Operator
import Testing

@Suite("The status of a sink")
struct StatusDocumentTests {
    typealias Fixture = StatusFixture

    @Test("counts workers and keeps what autoscalers need at none too")
    func numbers() {
        let running = Fixture.status(Fixture.healthy { $0.deployment = Fixture.deployment(wanted: 3, ready: 2) })
        #expect(running["replicas"]?.intValue == 3)
        #expect(running["readyReplicas"]?.intValue == 2)
        let none = Fixture.status(Fixture.healthy { $0.deployment = Fixture.deployment(wanted: 0) })
        #expect(none["replicas"]?.intValue == 0)
        #expect(none["readyReplicas"]?.intValue == 0)
        #expect(none["selector"]?.stringValue == "kustosink.dev/sink=telemetry")
        #expect(none["configHash"]?.stringValue == "c1")
    }

    @Test("still describes the workers that run while a new spec is not in order")
    func keptWhileInvalid() {
        let scaling = ScalingReport(activity: .active, block: ["desiredReplicas": 2, "reason": "LagOnTarget"])
        let first = Fixture.status(Fixture.healthy { $0.scaling = scaling })
        let broken = StatusInput(
            sink: Fixture.sink(generation: 2, problems: [SpecProblem(.invalidSpec, "spec.x", "wrong")]),
            deployment: Fixture.deployment()
        )
        let next = Fixture.status(broken, after: first)
        #expect(next["observedGeneration"]?.intValue == 2)
        #expect(next["readyReplicas"]?.intValue == 2)
        #expect(next["selector"] == first["selector"])
        #expect(next["configHash"] == first["configHash"])
        #expect(next["scaling"] == first["scaling"])
        #expect(Fixture.condition(next, "WorkersAvailable")?["status"]?.stringValue == "True")
    }

    @Test("has no block of scaling when nothing is known about it")
    func noScaling() { #expect(Fixture.status(Fixture.healthy())["scaling"] == nil) }

    @Test(
        "rounds what is measured to two digits",
        arguments: zip(
            [0, 7, 99, 100, 104, 105, 994, 995, 41_249, 9_223_372_036_854_775_807],
            [0, 7, 99, 100, 100, 110, 990, 1000, 41_000, 9_200_000_000_000_000_000]
        )
    )
    func rounding(lag: Int64, expected: Int64) {
        let report = ScalingReport(
            activity: .active,
            block: ["lag": .integer(lag), "desiredReplicas": 104, "currentReplicas": 104]
        )
        let block = Fixture.status(Fixture.healthy { $0.scaling = report })["scaling"]
        #expect(block?["lag"] == .integer(expected))
        #expect(block?["desiredReplicas"] == 104)
    }

    @Test("is patched with what differs, and what is gone is removed")
    func patch() {
        let current: JSONValue = ["replicas": 1, "selector": "a=b", "scaling": ["lag": 5, "reason": "x"]]
        let next: JSONValue = ["replicas": 2, "selector": "a=b", "scaling": ["reason": "x"], "configHash": "c"]
        #expect(
            SinkStatus.patch(from: current, to: next)
                == ["status": ["replicas": 2, "scaling": ["lag": nil], "configHash": "c"]]
        )
        #expect(SinkStatus.patch(from: next, to: next) == nil)
        #expect(SinkStatus.patch(from: nil, to: next) == ["status": next])
    }
}
