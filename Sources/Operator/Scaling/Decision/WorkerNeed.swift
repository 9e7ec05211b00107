/// How many workers the lag calls for.
///
/// A worker's speed is known once a group was busy for a while; then as many are needed as keep up with what comes and
/// work the backlog off in `targetDrainTime`. Before that the lag over `lagThreshold` stands in.
struct WorkerNeed {
    /// By how much the number may be off before it is changed.
    private static let tolerance = 0.1

    /// How many workers are needed, if each finds something to do.
    let wanted: Int
    /// How many of them find something to do.
    let usable: Int
    /// Records that a worker ingests in a second; `nil` when that is not known.
    let speed: Double?
    /// The figures as a sentence.
    let explanation: String

    init(_ input: ScalingInput, _ memory: ScalingMemory, _ summary: LagSummary) {
        let current = input.workers.current
        let arrival = memory.arrival.perSecond ?? 0
        let target = max(1, input.spec.targetDrainTime.inSeconds)
        var speed = memory.knownSpeed(commitDelay: input.commitDelay)
        if let known = speed, summary.backlog == 0, input.workers.ready > 0 {
            // They keep up, so each is at least as fast as its share of what comes.
            speed = max(known, arrival / Double(input.workers.ready))
        }
        let load: Double
        if let speed {
            load = (arrival + summary.backlog / target) / speed
        } else {
            load = summary.backlog / Double(max(1, input.spec.lagThreshold))
        }
        let isClose = current > 0 && abs(load / Double(current) - 1) <= Self.tolerance
        let wanted = isClose ? current : Int(min(1e6, max(1, load.rounded(.up))))
        self.wanted = wanted
        self.speed = speed
        usable = Self.usable(wanted, load: load, current: current, arrival: arrival, speed: speed, memory, summary)
        let pace =
            speed.map { "a worker ingests \(Int(min(1e15, $0))) a second" } ?? "a worker's speed is not known yet"
        explanation = """
            \(summary.lag) records wait, \(Int(min(1e15, arrival))) a second come and \(pace): \(wanted) \
            worker\(wanted == 1 ? " is" : "s are") needed
            """
    }

    private static func usable(
        _ wanted: Int,
        load: Double,
        current: Int,
        arrival: Double,
        speed: Double?,
        _ memory: ScalingMemory,
        _ summary: LagSummary
    ) -> Int {
        let partitions = max(1, summary.partitions)
        guard wanted > current else {
            // Fewer must be enough for the one that gets the most partitions, or its lag would bring them all back.
            guard wanted < current, speed != nil, load > 0 else { return min(wanted, partitions) }
            let each = max(1, Int(min(Double(partitions), Double(partitions) / load)))
            return min(current, partitions, max(wanted, even(partitions, each)))
        }
        // A partition has one worker, so where few partitions hold the lag or get the records, few workers can help.
        let forArrival = speed.map { min((arrival / $0).rounded(.up), memory.arrivalSpread.rounded(.up)) } ?? 0
        let shared = max(summary.parallelism, Int(min(1e6, forArrival)))
        let most = min(partitions, max(current, shared))
        guard wanted < most else { return most }
        // 9 workers on 12 partitions are no faster than 6: one of them has two either way.
        let least = even(partitions, even(partitions, wanted))
        if least > current { return min(least, most) }
        // What there is does not do, so the next number that makes a difference.
        let each = even(partitions, wanted)
        return min(most, each > 1 ? even(partitions, each - 1) : wanted)
    }

    /// The larger share when `count` things are spread evenly over `parts`.
    private static func even(_ count: Int, _ parts: Int) -> Int { (count + parts - 1) / max(1, parts) }
}
