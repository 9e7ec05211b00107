/// Which workers are asked when, and what they said last: the state behind ``WorkerProbe``, without I/O.
///
/// A pod is *known* from the moment its sink names it until the sink names its pods without it. A question to a known pod is
/// idle or *asked*; what comes in for a pod that is not known any more is dropped. So the book is never larger than what runs.
struct ProbeBook {
    /// The least time between two times of one question when a reconciliation asks for it.
    static let interval = Duration.seconds(5)
    /// After this time an answer is no longer believed.
    static let lifetime = Duration.seconds(120)

    private struct Plan {
        let target: ProbeTarget
        var isAsked = false
        var askedAt: Duration?
    }

    private struct Entry {
        let sink: SinkKey
        var plans: [ProbeTarget.Question: Plan] = [:]
        var reasons: (value: [String], time: Duration)?
        var isThrottled: (value: Bool, time: Duration)?
    }

    private var entries: [String: Entry] = [:]
    private var pods: [SinkKey: Set<String>] = [:]

    /// Takes down which pods a sink has and what they can be asked, and returns the questions to ask now.
    mutating func observe(_ sink: SinkKey, pods: Set<String>, targets: [ProbeTarget], now: Duration) -> [ProbeTarget] {
        for gone in self.pods[sink, default: []].subtracting(pods) { entries[gone] = nil }
        self.pods[sink] = pods.isEmpty ? nil : pods
        for pod in pods {
            var entry = entries[pod] ?? Entry(sink: sink)
            var plans: [ProbeTarget.Question: Plan] = [:]
            for target in targets where target.pod == pod {
                var plan = Plan(target: target)
                if let old = entry.plans[target.question] { (plan.isAsked, plan.askedAt) = (old.isAsked, old.askedAt) }
                plans[target.question] = plan
            }
            entry.plans = plans
            entries[pod] = entry
        }
        return take(pods, now: now) { _ in Self.interval }
    }

    /// Returns the questions that are to be asked again without anybody asking for it.
    mutating func due(now: Duration) -> [ProbeTarget] {
        take(entries.keys, now: now) { question in
            switch question {
            case .readiness: .seconds(15)
            case .metrics: .seconds(30)
            }
        }
    }

    /// Takes down that a question was not asked after all.
    mutating func dropped(_ target: ProbeTarget) {
        entries[target.pod]?.plans[target.question]?.isAsked = false
        entries[target.pod]?.plans[target.question]?.askedAt = nil
    }

    /// Takes down an answer; `nil` when none came.
    /// - Returns: The sink for which something is different now, or `nil`.
    mutating func answered(_ target: ProbeTarget, _ answer: ProbeAnswer?, now: Duration) -> SinkKey? {
        guard var entry = entries[target.pod] else { return nil }
        let before = reading(entry, now: now)
        entry.plans[target.question]?.isAsked = false
        switch answer {
        case .readiness(let reasons): entry.reasons = (reasons, now)
        case .throttled(let isThrottled): entry.isThrottled = (isThrottled, now)
        case nil: break
        }
        entries[target.pod] = entry
        return reading(entry, now: now) == before ? nil : entry.sink
    }

    /// Returns what a sink's workers said last, by the pods' uids.
    func readings(_ sink: SinkKey, now: Duration) -> [String: WorkerReading] {
        var readings: [String: WorkerReading] = [:]
        for pod in pods[sink, default: []] { readings[pod] = entries[pod].map { reading($0, now: now) } }
        return readings
    }

    private mutating func take(
        _ pods: some Sequence<String>,
        now: Duration,
        interval: (ProbeTarget.Question) -> Duration
    ) -> [ProbeTarget] {
        var taken: [ProbeTarget] = []
        for pod in pods {
            for (question, plan) in entries[pod]?.plans ?? [:] where !plan.isAsked {
                guard plan.askedAt.map({ now - $0 >= interval(question) }) ?? true else { continue }
                entries[pod]?.plans[question]?.isAsked = true
                entries[pod]?.plans[question]?.askedAt = now
                taken.append(plan.target)
            }
        }
        return taken
    }

    private func reading(_ entry: Entry, now: Duration) -> WorkerReading {
        func fresh<Value>(_ answer: (value: Value, time: Duration)?) -> Value? {
            answer.flatMap { now - $0.time < Self.lifetime ? $0.value : nil }
        }
        return WorkerReading(reasons: fresh(entry.reasons), isThrottled: fresh(entry.isThrottled))
    }
}

/// What a worker answered.
enum ProbeAnswer: Sendable, Hashable {
    /// What keeps it from being ready.
    case readiness([String])
    /// Whether ADX throttles it.
    case throttled(Bool)
}
