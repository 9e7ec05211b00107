import Foundation
import JSON
import Kafka
import Testing

@testable import Operator

@Suite("What scaling remembers")
struct ScalingMemoryTests {
    /// A sink of two partitions that is read every 15 s.
    private struct ReadSink {
        var spec = ScalingSpec()
        var memory = ScalingMemory()
        var workers = ScalingInput.Workers(current: 3, ready: 3)
        var now = ContinuousClock.now
        var last: ScalingOutcome?

        init() { spec.mode = .lag }

        mutating func read(_ outcome: Result<GroupLag, LagError>, after seconds: Int = 15) {
            now += .seconds(seconds)
            decide(.init(time: now, outcome: outcome))
        }

        mutating func read(
            committed: [Int64?],
            ends: [Int64],
            unknown: Int = 0,
            topics: [String] = [],
            isStable: Bool? = true
        ) {
            let partitions = zip(committed, ends).enumerated().map {
                GroupLag.Partition(topic: "t", number: $0, committed: $1.0, start: 0, end: $1.1)
            }
            read(
                .success(
                    GroupLag(
                        partitions: partitions,
                        unknownPartitions: unknown,
                        unknownTopics: topics,
                        isStable: isStable
                    )
                )
            )
        }

        mutating func decide(_ reading: ScalingInput.Reading?) {
            let outcome = ScalingDecision.decide(
                ScalingInput(spec: spec, memory: memory, reading: reading, workers: workers, now: now)
            )
            memory = outcome.memory
            last = outcome
        }
    }

    @Test("before the first reading nothing is changed")
    func nothingRead() {
        var sink = ReadSink()
        sink.decide(nil)
        #expect(sink.last?.desired == 3 && sink.last?.reason == .awaitingLag && sink.last?.lag == nil)
    }

    @Test("one reading alone says nothing about rates")
    func oneReading() {
        var sink = ReadSink()
        sink.read(committed: [0, 0], ends: [900_000, 900_000])
        #expect(sink.last?.desired == 3 && sink.last?.reason == .measuringRates && sink.last?.lag == 1_800_000)
    }

    @Test("a number outside the limits is put right at once, whatever is known")
    func limits() {
        var sink = ReadSink()
        sink.spec.maxReplicas = 2
        sink.decide(nil)
        #expect(sink.last?.desired == 2 && sink.last?.reason == .outsideLimits)
        sink.workers = .init(current: 0, ready: 0)
        sink.decide(nil)
        #expect(sink.last?.desired == 1 && sink.last?.reason == .outsideLimits)
    }

    @Test("failed readings keep the workers and the last lag, and after three scaling counts as not working")
    func failures() {
        var sink = ReadSink()
        sink.read(committed: [10, 10], ends: [40, 10])
        for count in 1...4 {
            sink.read(.failure(LagError("no broker answers")))
            #expect(sink.last?.desired == 3 && sink.last?.reason == .lagUnknown && sink.last?.lag == 30)
            #expect(sink.last?.message.contains("no broker answers") == true)
            #expect(sink.last?.isActive == (count < 3))
        }
        // The same reading again is no further failure.
        sink.decide(.init(time: sink.now, outcome: .failure(LagError("no broker answers"))))
        #expect(sink.memory.consecutiveFailures == 4)
        sink.read(committed: [10, 10], ends: [40, 10])
        #expect(sink.last?.isActive == true && sink.memory.consecutiveFailures == 0)
    }

    @Test("a sink without workers gets one when its lag stays unknown, and keeps it")
    func wakesUnknown() {
        var failing = ReadSink()
        failing.spec.minReplicas = 0
        failing.workers = .init(current: 0, ready: 0)
        var partial = failing
        for count in 1...3 {
            failing.read(.failure(LagError("authentication failed")))
            partial.read(committed: [10], ends: [10], unknown: 1)
            for sink in [failing, partial] {
                #expect(sink.last?.desired == (count < 3 ? 0 : 1) && sink.last?.reason == .lagUnknown)
            }
        }
        #expect(failing.last?.message.contains("authentication failed") == true)
        #expect(failing.last?.message.hasPrefix("one worker runs") == true)
        failing.workers = .init(current: 1, ready: 1)
        for _ in 0..<100 { failing.read(.failure(LagError("authentication failed"))) }
        #expect(failing.last?.desired == 1)
        // What is read at last and says that there is nothing to do sends it home in the usual way.
        for _ in 0..<40 where failing.last?.desired == 1 { failing.read(committed: [10, 10], ends: [10, 10]) }
        #expect(failing.last?.desired == 0 && failing.last?.reason == .idle)
    }

    @Test("a topic that is gone is named, keeps the workers, and leaves the others' rates to be measured")
    func goneTopic() {
        var sink = ReadSink()
        for _ in 0...40 { sink.read(committed: [10, 10], ends: [10, 10], topics: ["topic gone: unknown"]) }
        #expect(sink.last?.desired == 3 && sink.last?.reason == .lagUnknown && sink.last?.isActive == true)
        #expect(sink.last?.message.contains("topic gone") == true)
        for turn in 1...20 {
            sink.read(committed: [10, 10], ends: [Int64(turn) * 90_000, 10 + Int64(turn) * 90_000], topics: ["gone"])
        }
        #expect((sink.memory.arrival.perSecond ?? 0) > 1000)
        var away = ReadSink()
        away.read(committed: [], ends: [], topics: (1...5).map { "topic t\($0): unknown" })
        #expect(away.last?.reason == .lagUnknown && away.last?.message.contains("and 2 more topics") == true)
    }

    @Test("a group of which nobody says what it does loses no worker, also not for readings of before")
    func unstatedGroup() {
        var sink = ReadSink()
        for _ in 0...40 { sink.read(committed: [10, 10], ends: [10, 10], isStable: nil) }
        #expect(sink.last?.desired == 3 && sink.last?.reason == .groupStateUnknown && sink.last?.isActive == true)
        // The window begins when it is known again.
        for _ in 0..<20 {
            sink.read(committed: [10, 10], ends: [10, 10])
            #expect(sink.last?.desired == 3)
        }
        sink.read(committed: [10, 10], ends: [10, 10])
        #expect(sink.last?.desired == 2)
    }

    @Test("a reading of long ago says nothing about the present")
    func stale() {
        var sink = ReadSink()
        sink.read(committed: [10, 10], ends: [10, 10])
        let old = ScalingInput.Reading(time: sink.now, outcome: .failure(LagError("x")))
        sink.now += .seconds(121)
        sink.decide(old)
        #expect(sink.last?.reason == .lagUnknown && sink.last?.desired == 3)
    }

    @Test("workers go only after a whole window in which every reading was complete and called for fewer")
    func downWindow() {
        var sink = ReadSink()
        for _ in 0...20 { sink.read(committed: [10, 10], ends: [10, 10]) }
        #expect(sink.last?.desired == 3 && sink.last?.reason == .stabilizing)
        // One partition is unknown once: the window begins again.
        sink.read(committed: [10], ends: [10], unknown: 1)
        #expect(sink.last?.reason == .lagUnknown)
        for _ in 0..<20 {
            sink.read(committed: [10, 10], ends: [10, 10])
            #expect(sink.last?.desired == 3)
        }
        sink.read(committed: [10, 10], ends: [10, 10])
        #expect(sink.last?.desired == 2 && sink.last?.reason == .lagBelowTarget)
        // And then the group settles, even when the window is over.
        sink.workers = .init(current: 2, ready: 2, terminating: 1)
        sink.read(committed: [10, 10], ends: [10, 10])
        #expect(sink.last?.desired == 2 && sink.last?.reason == .workersStopping)
        sink.workers.terminating = 0
        sink.read(committed: [10, 10], ends: [10, 10])
        #expect(sink.last?.desired == 2 && sink.last?.reason == .settling)
        for _ in 0..<4 { sink.read(committed: [10, 10], ends: [10, 10]) }
        #expect(sink.last?.desired == 1)
    }

    @Test("a rebalance that is seen begins the window again too")
    func rebalance() {
        var sink = ReadSink()
        for _ in 0...20 { sink.read(committed: [10, 10], ends: [10, 10]) }
        sink.read(committed: [10, 10], ends: [10, 10], isStable: false)
        #expect(sink.last?.reason == .groupRebalancing && sink.last?.isActive == true)
        sink.read(committed: [10, 10], ends: [10, 10])
        #expect(sink.last?.desired == 3 && sink.last?.reason == .stabilizing)
    }

    @Test("a partition that does not move while others do is left out of the need, named, and a worker is kept")
    func stuck() {
        var sink = ReadSink()
        sink.spec.minReplicas = 0
        sink.workers = .init(current: 1, ready: 1)
        for turn in 1...40 {
            let place = Int64(turn * 1000)
            sink.read(committed: [7, place], ends: [7 + place * 100, place])
        }
        #expect(sink.last?.stuckPartitions == [TopicPartition(topic: "t", partition: 0)])
        #expect(sink.last?.desired == 1 && sink.last?.reason == .partitionStuck)
        #expect(sink.last?.message.contains("t-0") == true)
        // When it moves again, it counts again.
        sink.read(committed: [9, 41_000], ends: [4_100_007, 41_000])
        #expect(sink.last?.stuckPartitions.isEmpty == true)
    }

    @Test("where lag decides nothing, partitions that do not move are named beside it")
    func namesStuck() throws {
        var sink = ReadSink()
        sink.spec.mode = .fixed
        sink.workers = .init(current: 1, ready: 1)
        for turn in 1...40 {
            let place = Int64(turn * 1000)
            sink.read(committed: [7, place], ends: [7 + place * 100, place])
        }
        let status = try #require(sink.last).status(current: 1, now: .now, date: .now)
        #expect(status["reason"] == "FixedReplicas")
        #expect(status["message"]?.stringValue?.hasSuffix("partitions that do not advance: t-0") == true)
    }

    @Test("when nothing is ingested at all, workers neither come nor go")
    func noProgress() {
        var sink = ReadSink()
        sink.workers = .init(current: 1, ready: 1)
        for turn in 1...60 { sink.read(committed: [7, 7], ends: [Int64(turn * 50_000), Int64(turn * 50_000)]) }
        #expect(sink.last?.reason == .noProgress && sink.last?.desired == 1)
    }

    @Test(
        "in the modes Fixed and External spec.replicas holds, and the lag is shown",
        arguments: [
            (ScalingSpec.Mode.fixed, ScalingReason.fixedReplicas), (.external, .externalReplicas),
        ]
    )
    func otherModes(_ mode: ScalingSpec.Mode, _ reason: ScalingReason) {
        var spec = SinkSpec()
        spec.scaling.mode = mode
        spec.replicas = 7
        let now = ContinuousClock.now
        let lag = GroupLag(partitions: [.init(topic: "t", number: 0, committed: 5, start: 0, end: 25)])
        let outcome = ScalingDecision.decide(
            ScalingInput(
                spec,
                memory: ScalingMemory(),
                reading: .init(time: now, outcome: .success(lag)),
                workers: .init(current: 1, ready: 1),
                now: now
            )
        )
        #expect(outcome.desired == 7 && outcome.reason == reason && outcome.lag == 20)
    }

    @Test("times follow the spec: twice the session timeout, and the flush interval with its commit")
    func times() {
        var spec = SinkSpec()
        spec.kafka.consumer.sessionTimeout = .seconds(10)
        spec.flush.interval = .seconds(60)
        let input = ScalingInput(
            spec,
            memory: ScalingMemory(),
            reading: nil,
            workers: .init(current: 1, ready: 1),
            now: .now
        )
        #expect(input.rebalanceSettle == .seconds(20) && input.commitDelay == .seconds(75))
    }

    @Test("what a new process needs is in the status")
    func status() throws {
        let now = ContinuousClock.now
        let date = Date(timeIntervalSince1970: 1_800_000_000)
        var memory = ScalingMemory()
        memory.lastScaleTime = now - .seconds(90)
        memory.speed = RateEstimate(perSecond: 1234.4, seconds: 500)
        memory.arrival = RateEstimate(perSecond: 99.6, seconds: 500)
        let outcome = ScalingOutcome(
            desired: 4,
            reason: .lagAboveTarget,
            message: "why",
            lag: 500,
            lagSeconds: 12,
            memory: memory
        )
        let status = outcome.status(current: 2, now: now, date: date)
        #expect(
            status == [
                "currentReplicas": 2, "desiredReplicas": 4, "reason": "LagAboveTarget", "message": "why", "lag": 500,
                "lagSeconds": 12, "lastScaleTime": "2027-01-15T07:58:30Z", "recordsPerSecondPerWorker": 1234,
                "recordsPerSecond": 100,
            ]
        )
        let later = now + .seconds(3600)
        let restored = ScalingMemory(restoring: .object(status), now: later, date: date.addingTimeInterval(30))
        #expect(restored.lastScaleTime == later - .seconds(120))
        #expect(restored.lastGoodLag == 500)
        #expect(restored.knownSpeed(commitDelay: .seconds(45)) == 1234)
        #expect(restored.recommendations.isEmpty)
    }

    @Test(
        "a status that makes no sense is learnt anew",
        arguments: [
            nil, .null, .string("x"), ["lastScaleTime": "soon", "lag": -1, "recordsPerSecondPerWorker": 0],
            ["lastScaleTime": 7, "lag": "9", "recordsPerSecondPerWorker": "fast"],
        ] as [JSONValue?]
    )
    func nonsense(_ status: JSONValue?) {
        let memory = ScalingMemory(restoring: status, now: .now, date: Date())
        #expect(memory == ScalingMemory())
    }

    @Test("a change in the future, of another machine's clock, counts as just now")
    func future() {
        let now = ContinuousClock.now
        let memory = ScalingMemory(
            restoring: ["lastScaleTime": "2099-01-01T00:00:00Z"],
            now: now,
            date: Date(timeIntervalSince1970: 1_800_000_000)
        )
        #expect(memory.lastScaleTime == now)
    }

    @Test("what was recommended is kept for the window only, however often it is read")
    func bounded() {
        var memory = ScalingMemory()
        let begin = ContinuousClock.now
        for turn in 0..<10_000 {
            memory.recommend(turn % 3 == 0 ? 1 : 2, at: begin + .seconds(turn), keeping: .seconds(300))
        }
        #expect(memory.recommendations.count <= 302)
        for turn in 10_000..<20_000 { memory.recommend(1, at: begin + .seconds(turn), keeping: .seconds(300)) }
        #expect(memory.recommendations.count <= 3)
        #expect(memory.proven({ $0.max() }, over: .seconds(300), until: begin + .seconds(19_999)) == 1)
    }
}
