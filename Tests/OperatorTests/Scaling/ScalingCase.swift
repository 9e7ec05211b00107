import Testing

@testable import Operator

/// One situation, with what we and the others make of it.
struct ScalingCase: CustomTestStringConvertible, Sendable {
    /// A partition: what is committed, where the log begins, where it ends and where it ends for committed records.
    struct Partition: Sendable {
        var committed: Int64?
        var start: Int64 = 0
        var end: Int64
        var stable: Int64?
        /// How many partitions are like this one.
        var count = 1
    }

    /// How ours relates to theirs.
    enum Verdict: Sendable { case same, oursRight }

    var name: String
    var partitions: [Partition]
    /// Partitions that no broker answers for.
    var unknown = 0
    /// Topics that cannot be read at all.
    var unknownTopics: [String] = []
    var failure: String?
    var isStable: Bool? = true
    var startsAtBeginning = true
    var current = 1
    var ready: Int?
    var minimum = 1
    var maximum = 100
    /// Records a second, and what a worker does of them; `nil` when that is not known.
    var arrival = 0.0
    var speed: Double?
    var isThrottled: Bool?
    var threshold = 1000
    var expected: Int
    var reason: ScalingReason
    var keda: Int
    var hpa: Int
    var verdict = Verdict.oursRight

    var testDescription: String { name }

    private var all: [Partition] { partitions.flatMap { Array(repeating: $0, count: $0.count) } }

    /// Decides with windows of no time, so that one reading is enough.
    func decide() -> ScalingOutcome {
        let now = ContinuousClock.now
        var spec = ScalingSpec()
        spec.mode = .lag
        spec.minReplicas = minimum
        spec.maxReplicas = maximum
        spec.lagThreshold = threshold
        spec.scaleUpStabilization = .zero
        spec.scaleDownStabilization = .zero
        spec.cooldown = .zero
        var memory = ScalingMemory()
        memory.arrival = RateEstimate(perSecond: arrival, seconds: 180)
        memory.arrivalSpread = 1000
        memory.lastReady = ready ?? current
        if let speed { memory.speed = RateEstimate(perSecond: speed, seconds: 180) }
        let lag = GroupLag(
            partitions: all.enumerated().map { number, partition in
                GroupLag.Partition(
                    topic: "t",
                    number: number,
                    committed: partition.committed,
                    start: partition.start,
                    end: partition.stable ?? partition.end
                )
            },
            unknownPartitions: unknown,
            unknownTopics: unknownTopics,
            isStable: isStable,
            startsAtBeginning: startsAtBeginning
        )
        return ScalingDecision.decide(
            ScalingInput(
                spec: spec,
                memory: memory,
                reading: .init(time: now, outcome: failure.map { .failure(LagError($0)) } ?? .success(lag)),
                workers: .init(current: current, ready: ready ?? current),
                isThrottled: isThrottled,
                now: now
            )
        )
    }

    /// What KEDA would have in the end.
    var kedaReplicas: Int {
        // KEDA gets an error as a whole for a broker's error, and then the HorizontalPodAutoscaler holds.
        guard failure == nil else { return current }
        var peer = ScalingPeers.KEDA(lagThreshold: threshold)
        peer.startsAtLatest = !startsAtBeginning
        let seen =
            all.map { ScalingPeers.Partition(committed: Int($0.committed ?? -1), logEnd: Int($0.end)) }
            + (0..<unknown).map { _ in ScalingPeers.Partition(committed: 0, logEnd: nil) }
        return peer.replicas(seen, current: current, minimum: minimum, maximum: maximum)
    }

    /// What the HorizontalPodAutoscaler would have with the sum of ends less committed offsets as its metric.
    var hpaReplicas: Int {
        guard failure == nil else { return current }
        let total = all.reduce(0) { $0 + $1.end - ($1.committed ?? 0) }
        return ScalingPeers.HPA.replicas(
            total: Double(total),
            perWorker: Double(threshold),
            current: current,
            minimum: max(1, minimum),
            maximum: maximum
        )
    }
}
