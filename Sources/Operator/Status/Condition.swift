internal import FoundationEssentials
internal import JSON

/// One element of `status.conditions`: an answer to one question about a sink.
package struct Condition: Sendable, Hashable {
    /// The answer.
    package enum Status: String, Sendable, CaseIterable {
        case yes = "True"
        case no = "False"
        case unknown = "Unknown"

        /// Answers with yes or no.
        package init(_ holds: Bool) { self = holds ? .yes : .no }
    }

    /// The questions that the operator answers.
    package enum Kind: String, Sendable, CaseIterable {
        /// Whether records flow, or nothing keeps them from it; there is always exactly one.
        case ready = "Ready"
        /// Whether the operator or the workers are on their way and need nobody; only there while it holds.
        case reconciling = "Reconciling"
        /// Whether it takes a person to go on; only there while it holds.
        case stalled = "Stalled"
        /// Whether somebody asked for a pause.
        case paused = "Paused"
        /// Whether the spec is in order.
        case configValid = "ConfigValid"
        /// Whether the Secrets that the spec names are there, with the keys it names.
        case secretsResolved = "SecretsResolved"
        /// Whether no object of somebody else has the name of one of ours.
        case childrenOwned = "ChildrenOwned"
        /// Whether as many workers are ready as are wanted.
        case workersAvailable = "WorkersAvailable"
        /// Whether lag decides about the number of workers; only there in mode `Lag`.
        case scalingActive = "ScalingActive"
    }

    /// The most characters of a message.
    package static let maximumMessageCharacters = 32_768

    /// The question.
    package let kind: Kind
    /// The answer.
    package let status: Status
    /// Why, in one word for programs.
    package let reason: ConditionReason
    /// Why, for people.
    package let message: String

    /// Creates a condition; a message that is too long is cut.
    package init(_ kind: Kind, _ status: Status, _ reason: ConditionReason, _ message: String) {
        self.kind = kind
        self.status = status
        self.reason = reason
        self.message = Self.cut(message)
    }

    /// Reads a condition of a status; `nil` when it is not there or says what this version does not know.
    init?(_ kind: Kind, in status: JSONValue?) {
        guard let json = status?.condition(kind), let answer = json["status"]?.stringValue.flatMap(Status.init),
            let reason = json["reason"]?.stringValue.flatMap(ConditionReason.init)
        else { return nil }
        self.init(kind, answer, reason, json["message"]?.stringValue ?? "")
    }

    /// Returns the condition as JSON.
    /// - Parameter previous: The same condition before; the time of the last transition is kept while the status is.
    func json(generation: Int, previous: JSONValue?, now: Date) -> JSONValue {
        let isKept = previous?["status"]?.stringValue == status.rawValue
        let time = (isKept ? previous?["lastTransitionTime"]?.stringValue : nil) ?? now.ISO8601Format()
        return [
            "type": .string(kind.rawValue),
            "status": .string(status.rawValue),
            "observedGeneration": .integer(Int64(generation)),
            "lastTransitionTime": .string(time),
            "reason": .string(reason.rawValue),
            "message": .string(message),
        ]
    }

    private static func cut(_ message: String) -> String {
        // The server counts code points, of which a character of Swift may have several.
        guard message.unicodeScalars.count > maximumMessageCharacters else { return message }
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: message.unicodeScalars.prefix(maximumMessageCharacters - 1))
        return String(kept) + "…"
    }
}
