internal import Synchronization

/// Which workers are asked when, and what they said last: the state behind ``WorkerProbe``, without I/O.
///
/// A pod is *known* from the moment its sink names it until the sink names its pods without it. While known, it is idle or
/// *asked*; what comes in for a pod that is not known any more is dropped. So the book is never larger than what runs.
struct ProbeBook {
    /// The least time between two questions to one pod.
    static let interval = Duration.seconds(5)
    /// After this time an answer is no longer believed.
    static let lifetime = Duration.seconds(120)

    private struct Entry {
        let sink: SinkKey
        var isAsked = false
        var askedAt: Duration?
        var reasons: (value: [String], time: Duration)?
        var throttles: (count: Int, time: Duration)?
        var isThrottled: (value: Bool, time: Duration)?
    }

    private var entries: [String: Entry] = [:]
    private var pods: [SinkKey: Set<String>] = [:]

    /// Takes down which pods a sink has, and returns those to ask now.
    mutating func observe(_ sink: SinkKey, pods: Set<String>, targets: [ProbeTarget], now: Duration) -> [ProbeTarget] {
        for gone in self.pods[sink, default: []].subtracting(pods) { entries[gone] = nil }
        self.pods[sink] = pods.isEmpty ? nil : pods
        for pod in pods where entries[pod] == nil { entries[pod] = Entry(sink: sink) }
        return targets.filter { target in
            guard var entry = entries[target.pod], !entry.isAsked,
                entry.askedAt.map({ now - $0 >= Self.interval }) ?? true
            else { return false }
            entry.isAsked = true
            entry.askedAt = now
            entries[target.pod] = entry
            return true
        }
    }

    /// Takes down that a question was not asked after all.
    mutating func dropped(_ target: ProbeTarget) {
        entries[target.pod]?.isAsked = false
        entries[target.pod]?.askedAt = nil
    }

    /// Takes down an answer; `nil` when none came.
    /// - Returns: The sink for which something is different now, or `nil`.
    mutating func answered(_ target: ProbeTarget, _ answer: ProbeAnswer?, now: Duration) -> SinkKey? {
        guard var entry = entries[target.pod] else { return nil }
        let before = reading(entry, now: now)
        entry.isAsked = false
        switch answer {
        case .readiness(let reasons): entry.reasons = (reasons, now)
        case .throttles(let count):
            // A container that started again counts from 0.
            if let last = entry.throttles {
                entry.isThrottled = (count > last.count || (count < last.count && count > 0), now)
            }
            entry.throttles = (count, now)
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
    /// How often ADX has throttled it.
    case throttles(Int)
}
