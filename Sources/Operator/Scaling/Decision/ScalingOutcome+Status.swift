package import FoundationEssentials
package import JSON
internal import Kafka

extension ScalingOutcome {
    /// Returns `status.scaling`: what was decided, and what a later process must know of it.
    /// - Parameters:
    ///   - current: How many workers the Deployment asked for when this was decided.
    ///   - now: The moment, on the clock of the memory.
    ///   - date: The same moment as a date.
    package func status(current: Int, now: ContinuousClock.Instant, date: Date) -> JSONObject {
        var status: JSONObject = [
            "currentReplicas": .integer(Int64(current)),
            "desiredReplicas": .integer(Int64(desired)),
            "reason": .string(reason.rawValue),
            "message": .string(message + stuckWords),
        ]
        if let lag { status["lag"] = .integer(Int64(lag)) }
        if let lagSeconds { status["lagSeconds"] = .integer(Int64(lagSeconds)) }
        if let last = memory.lastScaleTime {
            let time = date.addingTimeInterval(-last.duration(to: now).inSeconds)
            status["lastScaleTime"] = .string(time.formatted(.iso8601))
        }
        if let speed = memory.speed.perSecond {
            status["recordsPerSecondPerWorker"] = .integer(Int64(min(1e15, speed.rounded())))
        }
        if let arrival = memory.arrival.perSecond {
            status["recordsPerSecond"] = .integer(Int64(min(1e15, arrival.rounded())))
        }
        return status
    }

    /// Names the partitions that have records and do not advance, which more workers would not help.
    private var stuckWords: String {
        guard !stuckPartitions.isEmpty, reason != .partitionStuck else { return "" }
        let names = stuckPartitions.prefix(5).map(\.description).joined(separator: ", ")
        let more = stuckPartitions.count > 5 ? " and \(stuckPartitions.count - 5) more" : ""
        return "; records wait in partitions that do not advance: \(names)\(more)"
    }
}

extension ScalingMemory {
    /// Creates what a new process knows of a sink.
    ///
    /// What is missing or makes no sense is left out: it is learnt anew. The readings must span a whole window again
    /// before anything is scaled in, and a worker's speed is believed until it is measured.
    /// - Parameters:
    ///   - status: `status.scaling` of the resource.
    ///   - now: The moment, on the clock of the memory.
    ///   - date: The same moment as a date.
    package init(restoring status: JSONValue?, now: ContinuousClock.Instant, date: Date) {
        self.init()
        if let lag = status?["lag"]?.intValue, lag >= 0 { lastGoodLag = lag }
        if let text = status?["lastScaleTime"]?.stringValue, let time = try? Date(text, strategy: .iso8601) {
            // A date in the future comes from another machine's clock.
            lastScaleTime = now - .seconds(max(0, date.timeIntervalSince(time)))
        }
        if let speed = status?["recordsPerSecondPerWorker"]?.doubleValue, speed > 0, speed.isFinite {
            self.speed = RateEstimate(perSecond: speed, seconds: Self.shortestMemory / 2)
        }
    }
}
