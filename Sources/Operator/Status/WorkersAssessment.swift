/// What the Deployment and the pods together say about a sink's workers.
struct WorkersAssessment {
    /// Whether as many workers are ready as are wanted; `unknown` before there is a Deployment.
    let status: Condition.Status
    /// Why, in one word.
    let reason: ConditionReason
    /// Why, for people.
    let message: String
    /// What goes on by itself, or `nil` when nothing does.
    let reconciling: ConditionReason?
    /// Whether it takes a person to go on.
    let isStalled: Bool
    /// Whether workers fail and are started again, and no rollout is going on that has a deadline of its own.
    let isFailing: Bool

    /// Judges the workers.
    init(_ input: StatusInput) {
        guard let rollout = input.rollout else {
            self.init(.unknown, .rollingOut, "the Deployment is not there yet", reconciling: .rollingOut)
            return
        }
        // With hands off, what the Deployment is told stays as it is.
        let isBehind = !input.isHandsOff && input.isTemplateOutdated
        let desired = input.isHandsOff ? rollout.wanted : input.desiredReplicas ?? rollout.wanted
        let isRollingOut = isBehind || rollout.isRollingOut
        let failures = input.workers.failures
        if let failure = failures.first(where: \.needsPerson) {
            self.init(.no, .workerFailed, Self.text(failures, leading: failure), isStalled: true)
        } else if case .failed(let message) = rollout.phase, !isBehind {
            let cause = Self.cause(rollout, failures)
            let text = ["the rollout made no progress in its time", cause?.text ?? message].joined(separator: ": ")
            self.init(.no, .rolloutFailed, text, isStalled: true)
        } else if rollout.phase == .complete, !isBehind, desired == rollout.wanted {
            self.init(.yes, Self.readyReason(rollout), Self.counts(rollout))
        } else if rollout.phase == .terminating, !isBehind {
            let count = rollout.terminating + max(0, rollout.current - rollout.wanted)
            let pods = count == 1 ? "1 worker finishes" : "\(count) workers finish"
            let text = "\(Self.counts(rollout)); \(pods) what was begun"
            self.init(.yes, Self.readyReason(rollout), text, reconciling: .workersTerminating)
        } else {
            let cause = Self.cause(rollout, failures)
            let going: ConditionReason =
                isRollingOut
                ? .rollingOut : rollout.phase == .unavailable ? cause?.reason ?? .workersNotReady : .adjusting
            let held =
                rollout.phase == .heldByHand
                ? "somebody paused the Deployment itself: end it with kubectl rollout resume" : nil
            let aim = desired == rollout.wanted ? nil : "\(desired) are wanted"
            let counts = [Self.counts(rollout), aim].compactMap { $0 }.joined(separator: ", ")
            let text = [held, cause?.text, counts].compactMap { $0 }.joined(separator: "\n")
            let isFailing = cause?.reason == .workerFailed && !isRollingOut
            self.init(.no, cause?.reason ?? going, text, reconciling: going, isFailing: isFailing)
        }
    }

    private init(
        _ status: Condition.Status,
        _ reason: ConditionReason,
        _ message: String,
        reconciling: ConditionReason? = nil,
        isStalled: Bool = false,
        isFailing: Bool = false
    ) {
        self.status = status
        self.reason = reason
        self.message = message
        self.reconciling = reconciling
        self.isStalled = isStalled
        self.isFailing = isFailing
    }

    private static func cause(_ rollout: RolloutStatus, _ failures: [WorkerFailure])
        -> (reason: ConditionReason, text: String)?
    {
        if let failure = failures.first {
            return (failure.kind == .notReady ? .workersNotReady : .workerFailed, text(failures, leading: failure))
        }
        return rollout.creationFailure.map { (.workerFailed, "Kubernetes refuses to make workers: \($0)") }
    }

    private static func text(_ failures: [WorkerFailure], leading: WorkerFailure) -> String {
        ([leading] + failures.filter { $0 != leading }).map(\.sentence).joined(separator: "\n")
    }

    private static func readyReason(_ rollout: RolloutStatus) -> ConditionReason {
        rollout.wanted == 0 ? .noWorkersWanted : .workersReady
    }

    private static func counts(_ rollout: RolloutStatus) -> String {
        switch rollout.wanted {
        case 0: "no workers are wanted"
        case 1: rollout.ready > 0 ? "the worker is ready" : "the worker is not ready"
        default: "\(rollout.ready) of \(rollout.wanted) workers are ready"
        }
    }
}
