internal import Kafka

/// One decision in mode `Lag`.
///
/// In this order: a number outside the limits is put right; what is unknown changes nothing; without workers the
/// question is whether to wake the first; with workers the readings say how many are needed (``WorkerNeed``), the
/// partitions and limits how many can be used, and the rules of ``change(to:_:)`` when to act on it.
///
/// Kept throughout: nothing is scaled in for what was not read completely during the whole window, nor while nobody says
/// that the group is stable, and after a change nothing is changed until the group has settled. The one thing that is
/// done for what is unknown is to wake a worker, when it stays so: a worker that runs reads more than one that rests.
struct LagDecision {
    /// After how many failed readings in a row scaling counts as not working.
    static let toleratedFailures = 3
    /// From which age on a reading says nothing about the present.
    private static let staleAge = Duration.seconds(120)
    /// How long workers that do not start keep others from being added.
    private static let startTime = Duration.seconds(300)

    private let input: ScalingInput
    private let spec: ScalingSpec
    private let isNew: Bool
    private var memory: ScalingMemory
    private let summary: LagSummary?
    /// Whether a broker said that the group is stable.
    private var isKnownStable = false

    private var current: Int { input.workers.current }
    private var lowest: Int { max(0, spec.minReplicas) }
    private var highest: Int { max(1, lowest, spec.maxReplicas) }

    init(_ input: ScalingInput) {
        self.input = input
        spec = input.spec
        var memory = input.memory
        isNew = memory.observe(input)
        if case .success(let group)? = input.reading?.outcome {
            let usual = (memory.arrival.perSecond ?? 0) * input.commitDelay.inSeconds
            summary = LagSummary(group, progress: memory.progress, usual: usual)
        } else {
            summary = nil
        }
        self.memory = memory
    }

    /// Decides.
    mutating func decide() -> ScalingOutcome {
        guard (lowest...highest).contains(current) else { return putRight() }
        guard let reading = input.reading else { return stay(.awaitingLag, "the lag has not been read yet") }
        guard reading.time.duration(to: input.now) <= Self.staleAge else {
            return unknown("the last reading is too old", isLasting: true)
        }
        let group: GroupLag
        switch reading.outcome {
        case .failure(let error): return unknown(error.message)
        case .success(let lag): group = lag
        }
        if let summary, summary.partitions == 0, !summary.isComplete { return unknown(summary.unread) }
        guard let summary, summary.partitions > 0 else {
            return unknown(nil, .noPartitions, "the topics have no partitions, or no topic matches the pattern")
        }
        // A group without workers of ours hands nothing over that they would have to wait for.
        if current == 0 { return wake(summary) }
        guard group.isStable != false else {
            return unknown(nil, .groupRebalancing, "the group hands partitions over")
        }
        isKnownStable = group.isStable == true
        if let outcome = rest(summary) { return outcome }
        guard memory.arrival.perSecond != nil else {
            return summary.isComplete
                ? stay(.measuringRates, "the lag was read once, and is measured") : unknown(summary.unread)
        }
        return weigh(summary)
    }

    // MARK: The states without a need

    private mutating func putRight() -> ScalingOutcome {
        let limit = min(max(current, lowest), highest)
        let limits = "minReplicas is \(lowest) and maxReplicas is \(highest)"
        return act(limit, .outsideLimits, "there are \(current) workers, but \(limits)")
    }

    /// Keeps the number, and counts the reading as one that called for it; only a sink without workers gets one.
    /// - Parameter isLasting: Whether it has been so for long, other than the count of failed readings says.
    private mutating func unknown(
        _ cause: String?,
        _ reason: ScalingReason = .lagUnknown,
        _ message: String = "",
        isLasting: Bool = false
    ) -> ScalingOutcome {
        if isNew { recommend(current) }
        guard let cause else { return stay(reason, message) }
        if current == 0, isLasting || memory.consecutiveFailures >= Self.toleratedFailures {
            return act(1, reason, "one worker runs, since whether it has work is not known: \(cause)")
        }
        return stay(reason, "the lag is not known, so the workers stay as they are: \(cause)")
    }

    /// Decides for a sink without workers.
    private mutating func wake(_ summary: LagSummary) -> ScalingOutcome {
        if summary.lag > spec.activationLag {
            return act(1, .woken, "\(summary.lag) records wait, more than activationLag, \(spec.activationLag)")
        }
        if summary.unmarked > 0 {
            return act(1, .startPositionsMissing, "\(summary.unmarked) partitions have no committed offset")
        }
        guard summary.isComplete else { return unknown(summary.unread) }
        return stay(.idle, "\(summary.lag) records wait, no more than activationLag, \(spec.activationLag)")
    }

    /// Sends the last worker home when nothing came for long enough.
    ///
    /// A lag of 1 is never taken for a transaction's marker: the worker settles markers, so it is a record.
    private mutating func rest(_ summary: LagSummary) -> ScalingOutcome? {
        guard lowest == 0, current == 1, summary.unmarked == 0, summary.isComplete, summary.lag == 0,
            let since = memory.idleSince, since.duration(to: input.now) >= spec.cooldown
        else { return nil }
        guard isKnownStable else { return stayUnstated("0 workers are enough") }
        if let outcome = waitToStop(0) { return outcome }
        return act(0, .idle, "there is no lag, and nothing came for \(Int(spec.cooldown.inSeconds)) s")
    }

    // MARK: The states with a need

    private mutating func weigh(_ summary: LagSummary) -> ScalingOutcome {
        let need = WorkerNeed(input, memory, summary)
        let isStill = memory.quietSince.map { $0.duration(to: input.now) > input.commitDelay * 2 } ?? false
        if isStill, summary.backlog > 0 || summary.stuck.count * 2 > summary.partitions {
            return unknown(nil, .noProgress, "nothing is ingested although \(summary.lag) records wait")
        }
        let usable = min(need.usable, highest)
        let target = max(usable, lowest, 1)
        if isNew { recommend(summary.isComplete && isKnownStable ? target : max(target, current)) }
        guard target != current else { return onTarget(need, summary) }
        return change(to: target, need, summary)
    }

    private func onTarget(_ need: WorkerNeed, _ summary: LagSummary) -> ScalingOutcome {
        guard summary.isComplete else { return stay(.lagUnknown, "the workers stay as they are: \(summary.unread)") }
        if need.usable > highest {
            return stay(.atMaximum, "\(need.explanation), but maxReplicas is \(highest)")
        }
        if need.wanted > current, need.usable <= current {
            return stay(.limitedByPartitions, "\(need.explanation), but more than \(current) have nothing to share")
        }
        if let stuck = summary.stuck.first {
            return stay(.partitionStuck, "\(stuck) does not advance (\(summary.stuck.count) in all)")
        }
        if need.wanted < lowest { return stay(.atMinimum, "\(need.explanation), but minReplicas is \(lowest)") }
        return stay(.lagOnTarget, need.explanation)
    }

    private mutating func change(to target: Int, _ need: WorkerNeed, _ summary: LagSummary) -> ScalingOutcome {
        target > current ? grow(to: target, need, summary) : shrink(to: target, need, summary)
    }

    private mutating func grow(to target: Int, _ need: WorkerNeed, _ summary: LagSummary) -> ScalingOutcome {
        if input.isThrottled == true {
            return stay(.sinkThrottled, "\(need.explanation), but ADX throttles, which more workers do not help")
        }
        if let until = memory.noGainUntil, until > input.now {
            return stay(.noGain, "\(need.explanation), but the last workers that were added made nothing faster")
        }
        let sinceLast = memory.lastScaleTime?.duration(to: input.now) ?? .zero
        if input.workers.ready < current, input.workers.ready == 0 || sinceLast < Self.startTime {
            return stay(
                .workersStarting,
                "\(need.explanation), but only \(input.workers.ready) of \(current) workers are ready"
            )
        }
        if let outcome = waitToSettle(need.explanation) { return outcome }
        if memory.trial != nil, memory.wasBusy, sinceLast < Self.startTime {
            return stay(.settling, "\(need.explanation), but what the last ones do is still being measured")
        }
        guard let proven = memory.proven({ $0.min() }, over: spec.scaleUpStabilization, until: input.now),
            proven > current
        else {
            return stay(.stabilizing, "\(need.explanation), which must last for \(seconds(spec.scaleUpStabilization))")
        }
        let next = min(target, proven)
        if Double(next) >= Double(current) * 1.5, let speed = need.speed, memory.wasBusy {
            let workers = max(1, min(input.workers.ready, summary.parallelism))
            memory.trial = ScalingMemory.Trial(workers: current, recordsPerSecond: speed * Double(workers))
        }
        return act(next, .lagAboveTarget, need.explanation)
    }

    private mutating func shrink(to target: Int, _ need: WorkerNeed, _ summary: LagSummary) -> ScalingOutcome {
        guard summary.isComplete else { return stay(.lagUnknown, "\(need.explanation), but \(summary.unread)") }
        guard isKnownStable else { return stayUnstated(need.explanation) }
        if let outcome = waitToStop(target, need.explanation) { return outcome }
        guard let proven = memory.proven({ $0.max() }, over: spec.scaleDownStabilization, until: input.now),
            proven < current
        else {
            return stay(
                .stabilizing,
                "\(need.explanation), which must last for \(seconds(spec.scaleDownStabilization))"
            )
        }
        // Each worker that goes costs a rebalance, so one by one; a large group a tenth at a time.
        return act(max(target, proven, current - max(1, current / 10)), .lagBelowTarget, need.explanation)
    }

    // MARK: Waiting and acting

    /// Keeps workers that could go, because nobody says whether the group is at rest.
    private func stayUnstated(_ explanation: String) -> ScalingOutcome {
        stay(
            .groupStateUnknown,
            "\(explanation), but whether the group hands partitions over is not known, so none is taken away"
        )
    }

    private func waitToStop(_ target: Int, _ explanation: String? = nil) -> ScalingOutcome? {
        let what = explanation ?? "\(target) workers are enough"
        if input.workers.terminating > 0 {
            return stay(.workersStopping, "\(what), but \(input.workers.terminating) are still on their way out")
        }
        return waitToSettle(what)
    }

    private func waitToSettle(_ what: String) -> ScalingOutcome? {
        guard let last = memory.lastScaleTime, last.duration(to: input.now) < input.rebalanceSettle else { return nil }
        return stay(.settling, "\(what), but the group settles for \(seconds(input.rebalanceSettle)) after a change")
    }

    private func seconds(_ duration: Duration) -> String { "\(Int(duration.inSeconds)) s" }

    private mutating func recommend(_ workers: Int) {
        guard let time = input.reading?.time else { return }
        let window = max(spec.scaleUpStabilization, spec.scaleDownStabilization)
        memory.recommend(workers, at: time, keeping: window)
    }

    private mutating func act(_ desired: Int, _ reason: ScalingReason, _ message: String) -> ScalingOutcome {
        // The first worker of a sink joins an empty group: there is nothing to settle.
        if current > 0 { memory.lastScaleTime = input.now }
        if desired <= current { memory.trial = nil }
        return outcome(desired, reason, message)
    }

    private func stay(_ reason: ScalingReason, _ message: String) -> ScalingOutcome {
        outcome(current, reason, message)
    }

    /// Makes an outcome, with the lag as far as it is known.
    func outcome(_ desired: Int, _ reason: ScalingReason, _ message: String) -> ScalingOutcome {
        let lag = summary.map { !$0.isComplete ? max($0.lag, memory.lastGoodLag ?? 0) : $0.lag } ?? memory.lastGoodLag
        var time: Int?
        if let lag {
            let workers = Double(max(1, input.workers.ready))
            let speed = memory.knownSpeed(commitDelay: input.commitDelay)
            time = lag == 0 ? 0 : speed.map { Int(min(1e9, Double(lag) / ($0 * workers))) }
        }
        return ScalingOutcome(
            desired: desired,
            reason: reason,
            message: message,
            lag: lag,
            lagSeconds: time,
            stuckPartitions: summary?.stuck ?? [],
            isActive: memory.consecutiveFailures < Self.toleratedFailures,
            memory: memory
        )
    }
}
