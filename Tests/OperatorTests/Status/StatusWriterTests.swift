import JSON
import Operator
import Testing

@Suite("The policy of writing a status")
struct StatusWriterTests {
    typealias Fixture = StatusFixture

    private static let start = ContinuousClock.now
    private static let healthy = Fixture.status(Fixture.healthy())
    private static let failing = Fixture.status(Fixture.healthy { $0.deployment = Fixture.deployment(ready: 1) })
    private static let worse = Fixture.status(
        Fixture.healthy { $0.deployment = Fixture.deployment(ready: 0) },
        after: failing
    )

    private static func lagging(_ lag: Int64, wanted: Int64 = 2, message: String = "") -> JSONValue {
        Fixture.status(
            Fixture.healthy {
                $0.scaling = ScalingReport(
                    activity: .active,
                    block: [
                        "lag": .integer(lag), "desiredReplicas": .integer(wanted), "reason": "LagAboveTarget",
                        "message": .string(message),
                    ]
                )
            }
        )
    }

    /// Decides some seconds after a write of `current`.
    private static func decide(_ next: JSONValue, over current: JSONValue?, seconds: Int) -> StatusWriter.Decision {
        var writer = StatusWriter()
        if let current { writer.wrote(current, kept: current, now: start) }
        return writer.decide(next: next, current: current, now: start + .seconds(seconds))
    }

    @Test("writes the first status at once")
    func first() { #expect(Self.decide(Self.healthy, over: nil, seconds: 0) == .write) }

    @Test("writes nothing for timestamps alone")
    func timestamps() {
        let later = Fixture.status(Fixture.healthy(), seconds: 600)
        #expect(later != Self.healthy)
        #expect(Self.decide(later, over: Self.healthy, seconds: 600) == .skip)
    }

    @Test("writes at once when a condition flips")
    func flip() { #expect(Self.decide(Self.failing, over: Self.healthy, seconds: 1) == .write) }

    @Test("writes at once when a condition comes or goes")
    func appearing() {
        let draining = Fixture.status(Fixture.healthy { $0.workers = WorkerObservation(terminating: 1) })
        #expect(Self.decide(draining, over: Self.healthy, seconds: 1) == .write)
        #expect(Self.decide(Self.healthy, over: draining, seconds: 1) == .write)
    }

    @Test("writes at once when a rollout begins behind another change of workers")
    func rollout() {
        let waiting = Fixture.status(Fixture.healthy { $0.deployment = Fixture.deployment(isObserved: false) })
        let rolling = Fixture.status(
            Fixture.healthy { $0.deployment = Fixture.deployment(ready: 1, progress: "ReplicaSetUpdated") },
            after: waiting
        )
        #expect(Fixture.condition(waiting, "Reconciling")?["reason"]?.stringValue == "Adjusting")
        #expect(Self.decide(rolling, over: waiting, seconds: 1) == .write)
    }

    @Test("writes at once when a new generation was looked at")
    func generation() {
        let next = Fixture.status(Fixture.healthy { $0.sink = Fixture.sink(generation: 2) }, after: Self.healthy)
        #expect(Self.decide(next, over: Self.healthy, seconds: 1) == .write)
    }

    @Test("makes other words wait until ten seconds have gone", arguments: zip([0, 4, 9, 10], [10, 6, 1, 0]))
    func words(seconds: Int, rest: Int) {
        let decision = Self.decide(Self.worse, over: Self.failing, seconds: seconds)
        #expect(decision == (rest == 0 ? .write : .wait(.seconds(rest))))
    }

    @Test("makes numbers of lag wait until thirty seconds have gone", arguments: zip([10, 29, 30], [20, 1, 0]))
    func numbers(seconds: Int, rest: Int) {
        let decision = Self.decide(Self.lagging(50_000), over: Self.lagging(41_000), seconds: seconds)
        #expect(decision == (rest == 0 ? .write : .wait(.seconds(rest))))
    }

    @Test("writes a decision about scaling at once")
    func decision() {
        #expect(Self.decide(Self.lagging(50_000, wanted: 3), over: Self.lagging(41_000), seconds: 1) == .write)
    }

    @Test("writes nothing for numbers that round to the same, and nothing for their sentence")
    func rounded() {
        let next = Self.lagging(41_234, message: "41,234 records")
        #expect(Self.decide(next, over: Self.lagging(41_000, message: "41,000 records"), seconds: 99) == .skip)
    }

    @Test("does not write again what the server leaves out")
    func pruned() {
        let next = Self.lagging(41_000)
        var members = next.objectValue ?? [:]
        members["scaling"] = nil
        let kept = JSONValue.object(members)
        var writer = StatusWriter()
        #expect(writer.decide(next: next, current: Self.healthy, now: Self.start) == .write)
        writer.wrote(next, kept: kept, now: Self.start)
        #expect(writer.decide(next: next, current: kept, now: Self.start + .seconds(60)) == .skip)
        #expect(writer.decide(next: next, current: Self.failing, now: Self.start + .seconds(60)) == .write)
        #expect(writer.decide(next: Self.failing, current: kept, now: Self.start + .seconds(60)) == .write)
    }
}
