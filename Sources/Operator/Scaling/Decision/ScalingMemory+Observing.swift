internal import Kafka

extension ScalingMemory {
    /// The shortest time in which rates forget, in seconds.
    static let shortestMemory = 180.0
    /// The longest time between two readings that a worker's speed is measured over, in seconds.
    private static let longestInterval = 120.0
    /// How many readings at least a partition does not move before it is stuck, and for how long.
    private static let (stuckReadings, stuckTime) = (8, Duration.seconds(300))
    /// How long workers that made nothing faster keep others from being added.
    private static let noGainTime = Duration.seconds(3600)

    /// Takes a new reading into account; one that was seen before changes nothing.
    ///
    /// Only complete readings of a stable group are compared with each other: the others say nothing about rates. A topic
    /// that cannot be read at all, such as one that was deleted, is no part of them.
    /// - Returns: Whether it was new.
    mutating func observe(_ input: ScalingInput) -> Bool {
        guard let reading = input.reading, lastReading.map({ reading.time > $0 }) ?? true else { return false }
        lastReading = reading.time
        guard case .success(let group) = reading.outcome, group.unknownPartitions == 0, !group.partitions.isEmpty else {
            consecutiveFailures += 1
            idleSince = nil
            return true
        }
        consecutiveFailures = 0
        lastGoodLag = group.total
        guard group.isStable != false else {
            // The next interval begins in a rebalance, so it is no measure of the workers' speed.
            lastReady = -1
            idleSince = nil
            return true
        }
        let interval = lastComplete.map { ($0.duration(to: reading.time)).inSeconds }
        let changes = advance(to: group, at: reading.time, commitDelay: input.commitDelay)
        if let interval {
            let memory = max(Self.shortestMemory, input.commitDelay.inSeconds * 4)
            arrival.add(changes.arrived, in: interval, elapsed: interval, memory: memory)
            if changes.arrived > 0 { arrivalSpread = changes.arrived / changes.largestArrival }
        }
        let usual = (arrival.perSecond ?? 0) * input.commitDelay.inSeconds
        let summary = LagSummary(group, progress: progress, usual: usual)
        let isBusy = summary.backlog > 0
        if let interval, let since = lastComplete {
            measure(changes.drained, summary, interval, since: since, isBusy: isBusy, input)
        }
        if summary.lag == 0, summary.isComplete, changes.arrived == 0 {
            idleSince = idleSince ?? reading.time
        } else {
            idleSince = nil
        }
        if !isBusy { noGainUntil = nil }
        lastComplete = reading.time
        lastReady = input.workers.ready
        wasBusy = isBusy
        return true
    }

    /// Keeps what the partitions did since the last complete reading, and returns what came and what was ingested.
    private mutating func advance(
        to group: GroupLag,
        at time: ContinuousClock.Instant,
        commitDelay: Duration
    ) -> (arrived: Double, largestArrival: Double, drained: Double) {
        var (arrived, largest, drained) = (0.0, 0.0, 0.0)
        var next: [TopicPartition: Progress] = [:]
        next.reserveCapacity(group.partitions.count)
        for partition in group.partitions {
            var now = Progress(committed: partition.committed, end: partition.end)
            defer { next[partition.name] = now }
            // A partition whose end went back belongs to a topic that was made anew.
            guard let before = progress[partition.name], before.end <= partition.end else { continue }
            if before.committed == partition.committed, group.lag(of: partition) > 0 {
                now.unmoved = before.unmoved + 1
                now.unmovedSince = before.unmovedSince ?? lastComplete ?? time
                let lasts = now.unmovedSince?.duration(to: time) ?? .zero
                now.isStuck = now.unmoved >= Self.stuckReadings && lasts >= max(Self.stuckTime, commitDelay * 4)
            }
            if !now.isStuck {
                let change = Double(partition.end) - Double(before.end)
                arrived += change
                largest = max(largest, change)
            }
            // What retention deleted before it was read was not ingested by anybody.
            if let old = before.committed, let new = partition.committed {
                drained += Double(max(0, new - max(old, min(partition.start, new))))
            } else if let new = partition.committed, group.startsAtBeginning {
                drained += Double(max(0, new - partition.start))
            }
        }
        progress = next
        return (arrived, largest, drained)
    }

    /// Learns how fast workers are, from intervals in which they had more to do than they could.
    ///
    /// A group that keeps up only shows how fast records come, and one that is throttled how fast ADX lets it be.
    private mutating func measure(
        _ drained: Double,
        _ summary: LagSummary,
        _ interval: Double,
        since: ContinuousClock.Instant,
        isBusy: Bool,
        _ input: ScalingInput
    ) {
        let ready = input.workers.ready
        guard wasBusy, isBusy, ready > 0, ready == lastReady, interval <= Self.longestInterval else {
            if drained > 0 || summary.lag == 0 { endQuiet() }
            return
        }
        let seconds = interval * Double(max(1, min(ready, summary.parallelism)))
        guard drained > 0 else {
            // Offsets move in steps of a batch: a short rest is part of the pace, a long one is an outage.
            quietSince = quietSince ?? since
            quietWorkerSeconds += seconds
            return
        }
        let rest = quietSince.map { $0.duration(to: input.reading?.time ?? input.now) } ?? .zero
        let isOutage = rest > input.commitDelay * 2 + .seconds(interval)
        defer { endQuiet() }
        guard !isOutage, input.isThrottled != true else { return }
        let memory = max(Self.shortestMemory, input.commitDelay.inSeconds * 4)
        let elapsed = max(interval, rest.inSeconds)
        speed.add(drained, in: seconds + quietWorkerSeconds, elapsed: elapsed, memory: memory)
        judgeTrial(drained, in: elapsed, memory: memory, input)
    }

    private mutating func judgeTrial(_ drained: Double, in seconds: Double, memory: Double, _ input: ScalingInput) {
        guard var trial, input.workers.ready > trial.workers else { return }
        trial.result.add(drained, in: seconds, elapsed: seconds, memory: memory)
        self.trial = trial
        guard trial.result.seconds >= max(60, input.commitDelay.inSeconds * 2), let now = trial.result.perSecond else {
            return
        }
        let hoped = Double(input.workers.ready) / Double(trial.workers) - 1
        if now < trial.recordsPerSecond * (1 + hoped / 5) { noGainUntil = input.now + Self.noGainTime }
        self.trial = nil
    }

    private mutating func endQuiet() {
        quietSince = nil
        quietWorkerSeconds = 0
    }

    /// Records that a busy worker ingests in a second, once it was observed for long enough.
    func knownSpeed(commitDelay: Duration) -> Double? {
        let enough = min(commitDelay.inSeconds, Self.shortestMemory / 2)
        guard speed.seconds >= enough, let speed = speed.perSecond, speed > 0 else { return nil }
        return speed
    }
}
