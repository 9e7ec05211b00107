import FoundationEssentials
import JSON
import Kubernetes
import Operator
import Testing

/// Two findings in a row and what happened between them.
private struct Change: CustomTestStringConvertible {
    let testDescription: String
    let before: StatusInput?
    let after: StatusInput
    let reasons: [SinkEvent.Reason]
    let note: String

    init(
        _ name: String,
        from before: StatusInput?,
        to after: StatusInput,
        _ reasons: [SinkEvent.Reason],
        note: String = ""
    ) {
        testDescription = name
        self.before = before
        self.after = after
        self.reasons = reasons
        self.note = note
    }

    typealias Fixture = StatusFixture
    static let rolling = Fixture.healthy {
        $0.deployment = Fixture.deployment(ready: 1, progress: "ReplicaSetUpdated")
    }
    static let invalid = StatusInput(sink: Fixture.sink(problems: [SpecProblem(.invalidSpec, "spec.x", "wrong")]))
    static let secretless = StatusInput(sink: Fixture.sink(), missingSecrets: [MissingSecret(secret: "kafka")])
    static let paused = Fixture.healthy {
        $0.sink = Fixture.sink(isPaused: true)
        $0.deployment = Fixture.deployment(wanted: 0)
    }
    static let refused = Fixture.healthy {
        $0.deployment = Fixture.deployment(ready: 0)
        $0.workers = WorkerObservation(failures: [Fixture.refusedTable])
    }
    static let cutOff = Fixture.healthy {
        $0.deployment = Fixture.deployment(ready: 0)
        $0.workers = WorkerObservation(failures: [Fixture.unreachableBroker])
    }

    static func scaled(_ workers: Int64, lag: Int64) -> StatusInput {
        Fixture.healthy {
            $0.scaling = ScalingReport(
                activity: .active,
                block: ["desiredReplicas": .integer(workers), "lag": .integer(lag), "reason": "LagAboveTarget"]
            )
        }
    }

    static func lag(_ activity: ScalingReport.Activity) -> StatusInput {
        Fixture.healthy { $0.scaling = ScalingReport(activity: activity, block: [:]) }
    }

    static let all = [
        Change("nothing", from: Fixture.healthy(), to: Fixture.healthy(), []),
        Change("the first look at a sink that works", from: nil, to: Fixture.healthy(), []),
        Change("config rejected", from: nil, to: invalid, [.configRejected], note: "spec.x: wrong"),
        Change("config still rejected", from: invalid, to: invalid, []),
        Change(
            "config rejected for something else",
            from: invalid,
            to: StatusInput(sink: Fixture.sink(problems: [SpecProblem(.invalidSpec, "spec.y", "wrong")])),
            [.configRejected],
            note: "spec.y: wrong"
        ),
        Change("config fixed", from: invalid, to: rolling, [.configAccepted, .rolloutStarted]),
        Change("Secret missing", from: Fixture.healthy(), to: secretless, [.secretMissing]),
        Change("Secret found", from: secretless, to: Fixture.healthy(), [.secretsFound]),
        Change(
            "Secret rotated",
            from: Fixture.healthy(),
            to: {
                var input = rolling
                input.rotatedSecrets = ["kafka", "adx"]
                return input
            }(),
            [.secretRotated, .rolloutStarted],
            note: "the content of the Secrets adx, kafka has changed: workers are replaced one after the other"
        ),
        Change("rollout finished", from: rolling, to: Fixture.healthy(), [.rolloutFinished]),
        Change("rollout goes on", from: rolling, to: rolling, []),
        Change(
            "rollout without progress",
            from: rolling,
            to: Fixture.healthy { $0.deployment = Fixture.deployment(ready: 1, progress: "ProgressDeadlineExceeded") },
            [.rolloutFailed]
        ),
        Change(
            "scaled",
            from: scaled(1, lag: 41_234),
            to: scaled(3, lag: 41_234),
            [.scaled],
            note: "from 1 to 3 workers: LagAboveTarget, about 41000 records behind"
        ),
        Change("lag grows", from: scaled(1, lag: 10), to: scaled(1, lag: 41_234), []),
        Change(
            "scaled out is no rollout",
            from: Fixture.healthy(),
            to: Fixture.healthy {
                $0.deployment = Fixture.deployment(wanted: 4, current: 2, ready: 2)
            },
            []
        ),
        Change("lag unknown", from: lag(.active), to: lag(.unknown("no broker")), [.lagUnknown], note: "no broker"),
        Change("lag unknown with other figures", from: lag(.unknown("3 times")), to: lag(.unknown("4 times")), []),
        Change("lag known", from: lag(.unknown("no broker")), to: lag(.active), [.lagKnown]),
        Change("worker failed", from: Fixture.healthy(), to: refused, [.workerFailed]),
        Change("worker still failed", from: refused, to: refused, []),
        Change(
            "worker still failed, others say something else",
            from: refused,
            to: {
                var input = refused
                input.workers.failures.append(StatusFixture.unreachableBroker)
                return input
            }(),
            []
        ),
        Change("worker failed for something else", from: cutOff, to: refused, [.workerFailed]),
        Change("workers recovered", from: cutOff, to: Fixture.healthy(), [.workersRecovered]),
        Change(
            "worker lost",
            from: Fixture.healthy(),
            to: Fixture.healthy {
                $0.deployment = Fixture.deployment(ready: 1)
            },
            []
        ),
        Change("paused", from: Fixture.healthy(), to: paused, [.paused]),
        Change("resumed", from: paused, to: Fixture.healthy(), [.resumed]),
        Change("new and paused", from: nil, to: paused, [.paused]),
        Change(
            "name conflict",
            from: Fixture.healthy(),
            to: Fixture.healthy {
                $0.conflicts = [ObjectReference(.deployment, namespace: "data", name: "telemetry-worker")]
            },
            [.nameConflict],
            note:
                "not made by this sink and left alone: Deployment data/telemetry-worker; delete or rename it, or give the "
                + "sink another name"
        ),
        Change(
            "access denied",
            from: Fixture.healthy(),
            to: Fixture.healthy { $0.failure = ReconcileFailure(APIError(.forbidden, "cannot create Secret x")) },
            [.reconcileFailed],
            note: "cannot create Secret x"
        ),
        Change(
            "request to be tried again",
            from: Fixture.healthy(),
            to: Fixture.healthy { $0.failure = ReconcileFailure(APIError(.unavailable, "503")) },
            []
        ),
    ]
}

@Suite("Events of a sink")
struct StatusEventTests {
    @Test("tell what happened, once", arguments: Change.all)
    fileprivate func transitions(change: Change) {
        let previous = change.before.map { StatusFixture.status($0) }
        let events = SinkStatus.next(previous: previous, input: change.after, now: StatusFixture.noon + 30).events
        #expect(events.map(\.reason) == change.reasons)
        if !change.note.isEmpty { #expect(events.first?.note == change.note) }
        #expect(events.allSatisfy { !$0.note.isEmpty })
    }

    @Test("have a note that Kubernetes takes")
    func longNote() {
        let event = SinkEvent(.workerFailed, String(repeating: "ä", count: 600))
        #expect(event.note.utf8.count <= 1024)
        #expect(event.note.utf8.count > 1020)
        #expect(event.note.hasSuffix("ä…"))
        #expect(SinkEvent(.workerFailed, "one\ntwo").note == "one\ntwo")
    }

    @Test("have a verb and a reason that Kubernetes takes", arguments: SinkEvent.Reason.allCases)
    func words(reason: SinkEvent.Reason) {
        for word in [reason.rawValue, reason.action] {
            #expect(word.wholeMatch(of: /[A-Z][A-Za-z]{1,127}/) != nil)
        }
    }
}
