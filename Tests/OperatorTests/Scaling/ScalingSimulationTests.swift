import Testing

@testable import Operator

@Suite("Scaling of simulated workers")
struct ScalingSimulationTests {
    /// Whether numbers go up, then down, and never up again.
    private func isOneHill(_ steps: [Int]) -> Bool {
        guard let top = steps.max(), let first = steps.firstIndex(of: top) else { return true }
        return Array(steps[...first]) == steps[...first].sorted()
            && Array(steps[first...]) == steps[first...].sorted(by: >)
    }

    @Test("goes from one worker to several and back to one, without a step in the wrong direction")
    func burst() {
        var sink = SimulatedSink(partitions: 12, capacity: 1000)
        sink.run(seconds: 600, arrival: 300)
        #expect(sink.steps == [1])
        sink.run(seconds: 60, arrival: 20_000)
        sink.run(seconds: 1200, arrival: 300)
        #expect(sink.steps.max() ?? 0 > 1 && sink.steps.max() ?? 0 <= 12)
        #expect(sink.lag < 300 * 45)
        sink.run(seconds: 7200, arrival: 300)
        #expect(sink.current == 1 && isOneHill(sink.steps), "\(sink.steps)")
    }

    @Test("works a backlog off in about the target time, once the workers are there")
    func drains() {
        var sink = SimulatedSink(partitions: 12, capacity: 1000) { $0.targetDrainTime = .seconds(120) }
        sink.run(seconds: 10, arrival: 60_000)
        sink.run(seconds: 120, arrival: 0)
        let workers = sink.current
        #expect(workers > 1)
        // The backlog when they were asked for over what they do, and the time that they need to start and to commit.
        sink.run(seconds: 600_000 / (1000 * workers) + 120, arrival: 0)
        #expect(sink.lag == 0, "\(sink.steps)")
    }

    @Test("keeps a steady load that takes two and a half workers on three, for hours")
    func steady() {
        var sink = SimulatedSink(partitions: 12, capacity: 1000)
        sink.run(seconds: 4 * 3600, arrival: 2500)
        #expect(sink.current >= 3 && sink.current <= 6, "\(sink.steps)")
        #expect(sink.lag < 2500 * 60)
        #expect(isOneHill(sink.steps), "\(sink.steps)")
        let count = sink.steps.count
        sink.run(seconds: 4 * 3600, arrival: 2500)
        #expect(sink.steps.count == count, "\(sink.steps)")
    }

    @Test("never has more workers than partitions", arguments: [1, 2, 3, 5])
    func partitions(_ count: Int) {
        var sink = SimulatedSink(partitions: count, capacity: 100)
        sink.run(seconds: 3600, arrival: 10_000)
        #expect(sink.steps.allSatisfy { $0 <= count }, "\(sink.steps)")
        #expect(sink.current == count)
        #expect(sink.last?.reason == .limitedByPartitions)
    }

    @Test("does not add workers for a partition that gets nearly everything")
    func skew() {
        var sink = SimulatedSink(partitions: 12, capacity: 1000)
        sink.shares = [0.99] + Array(repeating: 0.01 / 11, count: 11)
        sink.run(seconds: 3600, arrival: 2000)
        #expect(sink.steps.max() ?? 0 <= 2, "\(sink.steps)")
    }

    @Test("does not add workers while ADX throttles")
    func throttled() {
        var sink = SimulatedSink(partitions: 12, capacity: 1000)
        sink.sinkLimit = 500
        sink.run(seconds: 3600, arrival: 2000)
        #expect(sink.steps == [1])
        #expect(sink.last?.reason == .sinkThrottled)
    }

    @Test("stops adding workers that make nothing faster, though nobody says that ADX throttles")
    func gainless() {
        var sink = SimulatedSink(partitions: 12, capacity: 1000)
        sink.sinkLimit = 900
        sink.tellsThrottling = false
        sink.run(seconds: 3600, arrival: 1500)
        #expect(sink.steps.count <= 3 && sink.current < 6, "\(sink.steps)")
        #expect(sink.reasons.contains(.noGain))
    }

    @Test("an operator that starts anew in the middle goes on, and takes nobody away at once")
    func restart() {
        var sink = SimulatedSink(partitions: 12, capacity: 1000)
        sink.run(seconds: 60, arrival: 20_000)
        sink.run(seconds: 120, arrival: 300)
        let workers = sink.current
        #expect(workers > 1)
        sink.restartOperator()
        let begin = sink.steps.count
        sink.run(seconds: 295, arrival: 300)
        #expect(sink.steps[begin...].allSatisfy { $0 >= workers }, "\(sink.steps)")
        sink.run(seconds: 7200, arrival: 300)
        #expect(sink.current == 1 && isOneHill(sink.steps), "\(sink.steps)")
    }

    @Test("goes to no worker after the cooldown, and comes back for the next records")
    func zero() {
        var sink = SimulatedSink(partitions: 4, capacity: 1000) { $0.minReplicas = 0 }
        sink.run(seconds: 200, arrival: 100)
        sink.run(seconds: 290, arrival: 0)
        #expect(sink.steps == [1])
        sink.run(seconds: 200, arrival: 0)
        #expect(sink.steps == [1, 0] && sink.lag == 0)
        sink.run(seconds: 3600, arrival: 0)
        #expect(sink.steps == [1, 0])
        sink.run(seconds: 30, arrival: 100)
        #expect(sink.steps == [1, 0, 1])
        sink.run(seconds: 400, arrival: 100)
        #expect(sink.steps == [1, 0, 1] && sink.lag < 100 * 45)
    }

    @Test("a load that goes up and down each half hour moves workers, but not back and forth")
    func waves() {
        var sink = SimulatedSink(partitions: 24, capacity: 1000)
        for _ in 0..<4 {
            sink.run(seconds: 1800, arrival: 5000)
            sink.run(seconds: 1800, arrival: 500)
        }
        let turns = zip(sink.steps, sink.steps.dropFirst()).map { $0 < $1 }
        let changes = zip(turns, turns.dropFirst()).count { $0 != $1 }
        #expect(changes <= 8, "\(sink.steps)")
        #expect(sink.steps.allSatisfy { $0 <= 24 })
    }
}
