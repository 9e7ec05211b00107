internal import FoundationEssentials
internal import JSON
internal import Kubernetes

/// Judges what a reconciliation found: every condition of the sink.
struct SinkAssessment {
    /// How the sink is doing, on the whole.
    private enum Verdict {
        /// Nothing is known yet.
        case pending
        /// All is as the spec wants it; something may still be going on behind it.
        case ready(ConditionReason, String, goingOn: GoingOn?)
        /// Not all is, and it goes on by itself.
        case reconciling(ConditionReason, String, goingOn: ConditionReason)
        /// Not all is, and it takes a person.
        case stalled(ConditionReason, String)
    }

    /// What goes on behind a sink that is ready.
    private typealias GoingOn = (reason: ConditionReason, message: String)

    /// The conditions in the order in which they are shown.
    let conditions: [Condition]
    /// When the assessment changes by time alone, or `nil` if it does not.
    let lookAgain: Duration?

    /// Judges.
    init(_ input: StatusInput, previous: JSONValue?, now: Date) {
        var input = input
        if Condition(.ready, in: previous)?.status != .yes {
            // Only what was ready can stay so.
            input.failure?.isPassing = false
        }
        // What a request that failed just now kept from being looked at is as it was.
        let isPassing = input.failure?.isPassing == true
        func kept(_ condition: Condition) -> Condition {
            guard isPassing, condition.status == .unknown else { return condition }
            return Condition(condition.kind, in: previous) ?? condition
        }
        let config = kept(Self.configValid(input))
        let secrets = kept(Self.secretsResolved(input, config))
        let children = kept(Self.childrenOwned(input, config))
        let workers = WorkersAssessment(input)
        let available = Condition(.workersAvailable, workers.status, workers.reason, workers.message)
        let waiting =
            input.isWaiting
            ? Waiting(
                for: input.isWaitingForConfig ? config : secrets,
                since: previous,
                now: now,
                patience: SinkStatus.patience
            ) : Waiting(for: available, since: previous, now: now, patience: SinkStatus.failurePatience)
        let verdict = Self.verdict(input, (config, secrets, children), workers, waiting)
        let isTimed = input.isWaiting || workers.isFailing
        lookAgain = if case .reconciling = verdict, isTimed { waiting.rest } else { nil }
        conditions =
            Self.overall(verdict)
            + [Self.paused(input), config, secrets, children, available] + Self.scalingActive(input)
    }

    private static func verdict(
        _ input: StatusInput,
        _ parts: (config: Condition, secrets: Condition, children: Condition),
        _ workers: WorkersAssessment,
        _ waiting: Waiting
    ) -> Verdict {
        let keepsReady = input.failure?.isPassing == true
        if input.sink.object.deletionTimestamp != nil {
            return .reconciling(.deleting, input.failure?.message ?? "the sink is being deleted", goingOn: .deleting)
        }
        for part in [parts.config, parts.secrets, parts.children] where part.status == .no {
            let isPatient = part.kind != .childrenOwned && input.isWaiting && waiting.rest != nil
            guard isPatient else { return .stalled(part.reason, part.message) }
            return .reconciling(part.reason, part.message, goingOn: part.reason)
        }
        if let failure = input.failure, !keepsReady {
            return failure.needsPerson
                ? .stalled(failure.reason, failure.message)
                : .reconciling(failure.reason, failure.message, goingOn: failure.reason)
        }
        guard input.rendered != nil || keepsReady else { return .pending }
        let behind = input.failure.map { GoingOn($0.reason, $0.message) }
        if input.isPaused, !input.isHandsOff {
            guard input.rollout?.isAtRest == true else {
                return .reconciling(.pausing, "the workers drain", goingOn: .pausing)
            }
            return .ready(.pausedBySpec, pausedMessage, goingOn: behind)
        }
        if workers.status == .unknown, let behind {
            return .reconciling(behind.reason, behind.message, goingOn: behind.reason)
        }
        if workers.isStalled || (workers.isFailing && waiting.rest == nil) {
            return .stalled(workers.reason, workers.message)
        }
        if workers.status == .yes {
            let goingOn = workers.reconciling.map { GoingOn($0, workers.message) }
            return .ready(workers.reason, workers.message, goingOn: behind ?? goingOn)
        }
        let text = [workers.message, behind?.message].compactMap { $0 }.joined(separator: "\n")
        return .reconciling(workers.reason, text, goingOn: workers.reconciling ?? workers.reason)
    }

    private static let pausedMessage = "paused by spec.paused: no workers run, and the group's offsets stay"

    private static func overall(_ verdict: Verdict) -> [Condition] {
        switch verdict {
        case .pending:
            let message = "the operator has seen the sink and begins"
            return [
                Condition(.ready, .unknown, .notYetReconciled, message),
                Condition(.reconciling, .yes, .notYetReconciled, message),
            ]
        case .ready(let reason, let message, let goingOn):
            return [Condition(.ready, .yes, reason, message)]
                + (goingOn.map { [Condition(.reconciling, .yes, $0.reason, $0.message)] } ?? [])
        case .reconciling(let reason, let message, let goingOn):
            return [Condition(.ready, .no, reason, message), Condition(.reconciling, .yes, goingOn, message)]
        case .stalled(let reason, let message):
            return [Condition(.ready, .no, reason, message), Condition(.stalled, .yes, reason, message)]
        }
    }

    private static func configValid(_ input: StatusInput) -> Condition {
        let problems = input.allProblems
        if let worst = problems.first(where: { $0.reason != .dependencyMissing }) ?? problems.first {
            let lines = problems.map(\.description).joined(separator: "\n")
            return Condition(.configValid, .no, ConditionReason(worst.reason), lines)
        }
        guard input.rendered != nil || !input.missingSecrets.isEmpty else {
            return Condition(.configValid, .unknown, .notYetReconciled, "not checked yet")
        }
        let lines = ["the spec is in order"] + (input.rendered?.warnings ?? [])
        return Condition(.configValid, .yes, .configAccepted, lines.joined(separator: "\n"))
    }

    private static func secretsResolved(_ input: StatusInput, _ config: Condition) -> Condition {
        guard input.missingSecrets.isEmpty else {
            let lines = Set(input.missingSecrets).sorted().map(\.description).joined(separator: "\n")
            return Condition(.secretsResolved, .no, .secretMissing, lines)
        }
        guard input.rendered != nil else { return unanswered(.secretsResolved, config) }
        return Condition(.secretsResolved, .yes, .secretsFound, "every Secret that the spec names is there")
    }

    private static func childrenOwned(_ input: StatusInput, _ config: Condition) -> Condition {
        guard input.conflicts.isEmpty else {
            let names = input.conflicts.map(\.description).sorted().joined(separator: ", ")
            return Condition(
                .childrenOwned,
                .no,
                .nameConflict,
                "not made by this sink and left alone: \(names); delete or rename it, or give the sink another name"
            )
        }
        guard input.rendered != nil else { return unanswered(.childrenOwned, config) }
        return Condition(.childrenOwned, .yes, .noConflict, "no object of somebody else is in the way")
    }

    private static func unanswered(_ kind: Condition.Kind, _ config: Condition) -> Condition {
        config.status == .no
            ? Condition(kind, .unknown, config.reason, "not looked at, since the spec is not in order")
            : Condition(kind, .unknown, .notYetReconciled, "not looked at yet")
    }

    private static func paused(_ input: StatusInput) -> Condition {
        if input.isHandsOff {
            let message =
                "the annotation kustosink.dev/reconcile: paused keeps the operator's hands off: "
                + "changes of the spec and of Secrets wait until it is removed"
            return Condition(.paused, .yes, .reconciliationPaused, message)
        }
        guard input.isPaused else { return Condition(.paused, .no, .notPaused, "") }
        let message = input.rollout?.isAtRest == true ? pausedMessage : "\(pausedMessage) once they have drained"
        return Condition(.paused, .yes, .pausedBySpec, message)
    }

    private static func scalingActive(_ input: StatusInput) -> [Condition] {
        switch input.scaling?.activity {
        case nil, .off: []
        case .starting: [Condition(.scalingActive, .unknown, .lagNotYetRead, "lag has not been read yet")]
        case .active: [Condition(.scalingActive, .yes, .lagKnown, "lag decides how many workers run")]
        case .unknown(let message): [Condition(.scalingActive, .no, .lagUnknown, message)]
        }
    }
}

/// How long something that may come by itself has been missing, or workers that may recover have failed.
private struct Waiting {
    /// How much longer it is waited for, or `nil` when a person has to be called.
    let rest: Duration?

    /// Measures since the condition has not held.
    init(for condition: Condition, since previous: JSONValue?, now: Date, patience: Duration) {
        let before = previous?.condition(condition.kind)
        let time = before?["status"]?.stringValue == condition.status.rawValue
        let start = (time ? before?["lastTransitionTime"]?.stringValue : nil).flatMap {
            try? Date($0, strategy: .iso8601)
        }
        let rest = patience - .seconds(now.timeIntervalSince(start ?? now))
        self.rest = rest > .zero ? rest : nil
    }
}

extension StatusInput {
    /// Whether the spec is in order but for objects that may come by themselves.
    fileprivate var isWaitingForConfig: Bool {
        !allProblems.isEmpty && allProblems.allSatisfy { $0.reason == .dependencyMissing }
    }

    /// Whether nothing but what may come by itself is missing.
    fileprivate var isWaiting: Bool { isWaitingForConfig || (allProblems.isEmpty && !missingSecrets.isEmpty) }

    /// Whether the Deployment's pods are not those of the newest rendering.
    var isTemplateOutdated: Bool {
        let annotations = deployment?.json["spec"]?["template"]?["metadata"]?["annotations"]
        guard let rendered else { return false }
        let pairs = [
            (annotations?["kustosink.dev/config-hash"], rendered.configHash),
            (annotations?["kustosink.dev/credentials-hash"], rendered.credentialsHash),
        ]
        return pairs.contains { written, wanted in written.map { $0.stringValue != wanted } ?? false }
    }
}

extension JSONValue {
    /// The condition of this kind in a status.
    func condition(_ kind: Condition.Kind) -> JSONValue? {
        self["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == kind.rawValue }
    }
}
