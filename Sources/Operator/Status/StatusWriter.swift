package import JSON

/// Decides when a sink's status is written: one for each sink, told about every status that was made.
///
/// Nothing is written for timestamps alone. What flips a condition, or tells of a new generation, is written at once;
/// other changes at most every ten seconds; the numbers of lag alone at most every thirty.
package struct StatusWriter: Sendable {
    /// What to do with a status.
    package enum Decision: Sendable, Hashable {
        /// The server has it.
        case skip
        /// Write it now.
        case write
        /// Make it anew after this time and ask again.
        case wait(Duration)
    }

    /// The least time between two writes.
    package static let interval = Duration.seconds(10)
    /// The least time between two writes of nothing but numbers.
    package static let numbersInterval = Duration.seconds(30)

    private var lastWrite: ContinuousClock.Instant?
    private var asked: JSONValue?
    private var kept: JSONValue?

    /// Creates the policy of a sink whose status was not written yet.
    package init() {}

    /// Decides about a status.
    /// - Parameters:
    ///   - next: The status as it should be.
    ///   - current: The status as the server keeps it.
    package func decide(next: JSONValue, current: JSONValue?, now: ContinuousClock.Instant) -> Decision {
        let change = StatusChange(from: current, to: next)
        // A server with an earlier schema leaves out what it does not know; that is not written again and again.
        let wasAsked = asked.map { StatusChange(from: $0, to: next) == .none } ?? false
        guard change != .none, !(wasAsked && kept == current) else { return .skip }
        guard change != .flip, let lastWrite else { return .write }
        let rest = (change == .numbers ? Self.numbersInterval : Self.interval) - (now - lastWrite)
        return rest > .zero ? .wait(rest) : .write
    }

    /// Remembers that a status was written.
    /// - Parameters:
    ///   - next: The status as it was sent.
    ///   - kept: The status as the server answered that it keeps it.
    package mutating func wrote(_ next: JSONValue, kept: JSONValue?, now: ContinuousClock.Instant) {
        asked = next
        self.kept = kept
        lastWrite = now
    }
}

/// How much differs between two statuses.
enum StatusChange: Sendable, Hashable {
    /// Nothing but timestamps.
    case none
    /// Nothing but the numbers of lag.
    case numbers
    /// A message, a reason, a count.
    case text
    /// The answer of a condition, which conditions there are, whether workers roll out, or the generation.
    case flip

    init(from current: JSONValue?, to next: JSONValue) {
        guard let current else {
            self = .flip
            return
        }
        if current["observedGeneration"] != next["observedGeneration"] || Self.answers(current) != Self.answers(next)
            || current["scaling"]?["desiredReplicas"] != next["scaling"]?["desiredReplicas"]
        {
            self = .flip
        } else if Self.stripped(current, of: ScalingReport.measures) != Self.stripped(next, of: ScalingReport.measures)
        {
            self = .text
        } else if Self.stripped(current, of: []) != Self.stripped(next, of: []) {
            self = .numbers
        } else {
            self = .none
        }
    }

    private static func answers(_ status: JSONValue) -> [String: String] {
        var answers: [String: String] = [:]
        for condition in status["conditions"]?.arrayValue ?? [] {
            answers[condition["type"]?.stringValue ?? ""] = condition["status"]?.stringValue ?? ""
        }
        // A rollout may begin and end within the interval, and is an event of its own.
        let isRollingOut =
            status.condition(.reconciling)?["reason"]?.stringValue == ConditionReason.rollingOut.rawValue
        answers[ConditionReason.rollingOut.rawValue] = Condition.Status(isRollingOut).rawValue
        return answers
    }

    /// Returns the status without timestamps, and `scaling` without its remarks and without these members.
    private static func stripped(_ status: JSONValue, of measures: [String]) -> JSONValue {
        guard var members = status.objectValue else { return status }
        if let conditions = members["conditions"]?.arrayValue {
            members["conditions"] = .array(
                conditions.map { condition in
                    guard var fields = condition.objectValue else { return condition }
                    fields["lastTransitionTime"] = nil
                    return .object(fields)
                }
            )
        }
        if var scaling = members["scaling"]?.objectValue {
            for name in ScalingReport.remarks + measures { scaling[name] = nil }
            members["scaling"] = .object(scaling)
        }
        return .object(members)
    }
}
