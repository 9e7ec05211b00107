import Foundation
import JSON

@testable import Operator

/// A topic, workers of a given speed and the operator that scales them, in simulated seconds.
///
/// Partitions are spread evenly over the workers that are ready; each works on its partitions in turn, as long as it
/// has capacity. What it has read is committed every ``flushSeconds``, partition by partition at different moments. A
/// change of the number of workers stops all of them for ``rebalanceSeconds``, and a new one takes
/// ``startSeconds`` before it is ready.
struct SimulatedSink {
    var partitions: Int
    /// Records that a worker ingests in a second.
    var capacity: Double
    /// The most that ADX takes in a second, whoever sends it.
    var sinkLimit = Double.infinity
    /// Whether the workers say that ADX throttles.
    var tellsThrottling = true
    var spec: ScalingSpec
    var flushSeconds = 30
    var rebalanceSeconds = 5
    var startSeconds = 20
    /// Parts of what comes that go to each partition; evenly by default.
    var shares: [Double]

    private(set) var second = 0
    private(set) var current: Int
    /// The numbers of workers that were decided, in order, without repetitions.
    private(set) var steps: [Int]
    private(set) var reasons: Set<ScalingReason> = []
    private(set) var last: ScalingOutcome?
    private var readySince: [Int]
    private var ended: [Double]
    private var consumed: [Double]
    private var committed: [Double]
    private var rebalancingUntil = 0
    private var isThrottled = false
    private var memory = ScalingMemory()
    private var reading: ScalingInput.Reading?
    private let base = ContinuousClock.now
    private let date = Date(timeIntervalSince1970: 1_800_000_000)

    init(partitions: Int, capacity: Double, workers: Int = 1, _ change: (inout ScalingSpec) -> Void = { _ in }) {
        self.partitions = partitions
        self.capacity = capacity
        var spec = ScalingSpec()
        spec.mode = .lag
        spec.maxReplicas = 100
        change(&spec)
        self.spec = spec
        current = workers
        steps = [workers]
        readySince = Array(repeating: 0, count: workers)
        shares = Array(repeating: 1 / Double(partitions), count: partitions)
        ended = Array(repeating: 0, count: partitions)
        consumed = ended
        committed = ended
    }

    /// Records that are not committed.
    var lag: Int { zip(ended, committed).reduce(0) { $0 + Int($1.0) - Int($1.1) } }

    private var now: ContinuousClock.Instant { base + .seconds(second) }
    private var ready: Int { readySince.count { $0 <= second } }

    /// Lets time pass.
    /// - Parameter arrival: Records that come in a second.
    mutating func run(seconds: Int, arrival: Double) {
        for _ in 0..<seconds {
            second += 1
            for index in 0..<partitions { ended[index] += arrival * shares[index] }
            work()
            for index in 0..<partitions where (second + index * 7) % flushSeconds == 0 {
                if second > rebalancingUntil { committed[index] = consumed[index] }
            }
            if second % 15 == 0 { reading = .init(time: now, outcome: .success(read())) }
            if second % 5 == 0 { decide() }
        }
    }

    /// Lets the operator's process end and another begin, which knows the resource's status only.
    mutating func restartOperator() {
        let status = last?.status(current: current, now: now, date: date)
        memory = ScalingMemory(restoring: status.map { .object($0) }, now: now, date: date)
        reading = nil
    }

    private mutating func work() {
        guard second > rebalancingUntil, ready > 0 else { return }
        let workers = ready
        var limit = sinkLimit
        isThrottled = false
        for turn in 0..<workers {
            let worker = (turn + second) % workers
            var left = capacity
            let own = Array(stride(from: worker, to: partitions, by: workers))
            // Each second another one is first, so that none starves.
            for index in own.indices.map({ own[($0 + second) % own.count] }) {
                let waiting = ended[index] - consumed[index]
                let part = min(waiting, left, limit)
                if part == limit, part < min(waiting, left) { isThrottled = true }
                consumed[index] += part
                left -= part
                limit -= part
            }
        }
    }

    private func read() -> GroupLag {
        GroupLag(
            partitions: (0..<partitions).map {
                GroupLag.Partition(
                    topic: "t",
                    number: $0,
                    committed: Int64(committed[$0]),
                    start: 0,
                    end: Int64(ended[$0])
                )
            },
            isStable: second > rebalancingUntil
        )
    }

    private mutating func decide() {
        let outcome = ScalingDecision.decide(
            ScalingInput(
                spec: spec,
                memory: memory,
                reading: reading,
                workers: .init(current: current, ready: ready),
                isThrottled: tellsThrottling ? isThrottled : nil,
                now: now
            )
        )
        memory = outcome.memory
        last = outcome
        reasons.insert(outcome.reason)
        guard outcome.desired != current else { return }
        if outcome.desired > current {
            readySince += Array(repeating: second + startSeconds, count: outcome.desired - current)
        } else {
            readySince = Array(readySince.prefix(outcome.desired))
        }
        current = outcome.desired
        steps.append(current)
        rebalancingUntil = second + rebalanceSeconds
    }
}
