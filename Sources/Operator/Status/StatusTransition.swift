internal import JSON

/// What happened between two statuses.
struct StatusTransition {
    /// A condition as far as events are concerned.
    private struct Answer {
        let status: Condition.Status
        let reason: String
        let message: String

        init?(_ json: JSONValue?) {
            guard let json, let status = json["status"]?.stringValue.flatMap(Condition.Status.init(rawValue:)) else {
                return nil
            }
            self.status = status
            reason = json["reason"]?.stringValue ?? ""
            message = json["message"]?.stringValue ?? ""
        }

        /// The first line of the message.
        var headline: Substring { message.prefix { $0 != "\n" } }

        func has(_ reason: ConditionReason) -> Bool { self.reason == reason.rawValue }
    }

    /// The events, the cause before its consequence.
    let events: [SinkEvent]

    /// Compares.
    init(from previous: JSONValue?, to next: JSONValue, rotatedSecrets: [String]) {
        func pair(_ kind: Condition.Kind) -> (Answer?, Answer?) {
            (Answer(previous?.condition(kind)), Answer(next.condition(kind)))
        }
        let reconciling = pair(.reconciling)
        let stalled = pair(.stalled)
        let workers = pair(.workersAvailable)
        events =
            Self.question(pair(.configValid), no: .configRejected, yes: .configAccepted)
            + Self.question(pair(.secretsResolved), no: .secretMissing, yes: .secretsFound)
            + Self.question(pair(.childrenOwned), no: .nameConflict, yes: nil)
            + Self.refused(stalled) + Self.rotation(rotatedSecrets) + Self.pause(pair(.paused))
            + Self.scaling(previous, next) + Self.lag(pair(.scalingActive))
            + Self.rollout(reconciling, stalled, workers) + Self.workers(workers)
    }

    /// An event for a new or changed no, and one for the yes after it.
    private static func question(
        _ answers: (before: Answer?, after: Answer?),
        no: SinkEvent.Reason,
        yes: SinkEvent.Reason?
    ) -> [SinkEvent] {
        guard let after = answers.after else { return [] }
        switch (answers.before?.status, after.status) {
        case (.no, .no): return answers.before?.message == after.message ? [] : [SinkEvent(no, after.message)]
        case (_, .no): return [SinkEvent(no, after.message)]
        case (.no, .yes): return yes.map { [SinkEvent($0, after.message)] } ?? []
        default: return []
        }
    }

    private static func refused(_ stalled: (before: Answer?, after: Answer?)) -> [SinkEvent] {
        guard let after = stalled.after, after.has(.accessDenied) || after.has(.requestRefused),
            stalled.before?.message != after.message
        else { return [] }
        return [SinkEvent(.reconcileFailed, after.message)]
    }

    private static func rotation(_ secrets: [String]) -> [SinkEvent] {
        guard !secrets.isEmpty else { return [] }
        let names = secrets.sorted().joined(separator: ", ")
        let subject = secrets.count == 1 ? "Secret \(names)" : "the Secrets \(names)"
        return [
            SinkEvent(.secretRotated, "the content of \(subject) has changed: workers are replaced one after the other")
        ]
    }

    private static func pause(_ answers: (before: Answer?, after: Answer?)) -> [SinkEvent] {
        switch (answers.before?.status == .yes, answers.after?.status == .yes) {
        case (false, true): [SinkEvent(.paused, answers.after?.message ?? "")]
        case (true, false): [SinkEvent(.resumed, "the pause is over")]
        default: []
        }
    }

    private static func scaling(_ previous: JSONValue?, _ next: JSONValue) -> [SinkEvent] {
        guard let before = previous?["scaling"]?["desiredReplicas"]?.intValue, let block = next["scaling"],
            let after = block["desiredReplicas"]?.intValue, before != after
        else { return [] }
        let reason = block["reason"]?.stringValue ?? ""
        let lag = block["lag"]?.intValue.map { ", about \($0) records behind" } ?? ""
        return [SinkEvent(.scaled, "from \(before) to \(after) workers: \(reason)\(lag)")]
    }

    /// Events when lag becomes unknown or known; the sentences in between tell figures.
    private static func lag(_ answers: (before: Answer?, after: Answer?)) -> [SinkEvent] {
        guard let after = answers.after, answers.before?.status != after.status else { return [] }
        return question(answers, no: .lagUnknown, yes: .lagKnown)
    }

    private static func rollout(
        _ reconciling: (before: Answer?, after: Answer?),
        _ stalled: (before: Answer?, after: Answer?),
        _ workers: (before: Answer?, after: Answer?)
    ) -> [SinkEvent] {
        let wasRolling = reconciling.before?.has(.rollingOut) ?? false
        let isRolling = reconciling.after?.has(.rollingOut) ?? false
        if isRolling, !wasRolling { return [SinkEvent(.rolloutStarted, "workers of a new configuration start")] }
        if let after = workers.after, after.has(.rolloutFailed), workers.before?.has(.rolloutFailed) != true {
            return [SinkEvent(.rolloutFailed, after.message)]
        }
        guard wasRolling, !isRolling, let after = workers.after, after.status == .yes, stalled.after == nil else {
            return []
        }
        return [SinkEvent(.rolloutFinished, after.message)]
    }

    /// Compares the leading sentence alone: behind it are counts and what other workers say, which change all the time.
    private static func workers(_ answers: (before: Answer?, after: Answer?)) -> [SinkEvent] {
        let before = answers.before.flatMap { $0.has(.workerFailed) ? $0 : nil }
        guard let after = answers.after else { return [] }
        if after.has(.workerFailed) {
            return before?.headline == after.headline ? [] : [SinkEvent(.workerFailed, after.message)]
        }
        return before != nil && after.status == .yes ? [SinkEvent(.workersRecovered, after.message)] : []
    }
}
