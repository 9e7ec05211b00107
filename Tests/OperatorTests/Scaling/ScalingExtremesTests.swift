import Foundation
import JSON
import Testing

@testable import Operator

@Suite("Scaling in extreme situations")
struct ScalingExtremesTests {
    private func spec(fewest: Int = 2) -> ScalingSpec {
        var spec = ScalingSpec()
        (spec.mode, spec.minReplicas, spec.maxReplicas) = (.lag, fewest, 12)
        return spec
    }

    private func group(committed: Int64, end: Int64) -> GroupLag {
        GroupLag(
            partitions: (0..<12).map {
                GroupLag.Partition(topic: "t", number: $0, committed: committed, start: 0, end: end)
            }
        )
    }

    @Test("silence of a day after an hour of traffic ends at the fewest workers")
    func silence() {
        var memory = ScalingMemory()
        var now = ContinuousClock.now
        var (end, committed) = (Int64(400_000), Int64(0))
        var desired = 2
        for step in 0..<6000 {
            now += .seconds(15)
            if step < 240 { end += 1000 }
            committed = min(end, committed + 5000)
            let outcome = ScalingDecision.decide(
                ScalingInput(
                    spec: spec(),
                    memory: memory,
                    reading: .init(time: now, outcome: .success(group(committed: committed, end: end))),
                    workers: .init(current: desired, ready: desired),
                    now: now
                )
            )
            (memory, desired) = (outcome.memory, outcome.desired)
        }
        #expect(desired == 2)
    }

    @Test("offsets and speeds that cannot be are no reason to end", arguments: [Int64.max, .min, 0])
    func nonsense(end: Int64) {
        let now = ContinuousClock.now
        let status: JSONValue = ["recordsPerSecondPerWorker": 1e300, "recordsPerSecond": 1e300, "lag": .integer(.max)]
        var memory = ScalingMemory(restoring: status, now: now, date: .now)
        for (step, value) in [end, 0, end, .min, .max].enumerated() {
            let time = now + .seconds(15 * (step + 1))
            let outcome = ScalingDecision.decide(
                ScalingInput(
                    spec: spec(fewest: 1),
                    memory: memory,
                    reading: .init(time: time, outcome: .success(group(committed: 0, end: value))),
                    workers: .init(current: 2, ready: 2),
                    now: time
                )
            )
            memory = outcome.memory
            #expect((1...12).contains(outcome.desired))
            _ = outcome.status(current: 2, now: time, date: .now)
        }
    }
}
