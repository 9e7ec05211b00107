import JSON
import Kubernetes
import Operator
import Testing

/// A situation of a sink and what tools are to make of it.
struct Situation: CustomTestStringConvertible {
    let testDescription: String
    let kstatus: Kstatus
    let argo: ArgoHealth
    let ready: String
    let reason: String
    let input: StatusInput
    /// How long ago the same was found before; `nil` for never.
    var since: Double?

    init(
        _ name: String,
        _ kstatus: Kstatus,
        _ argo: ArgoHealth,
        _ ready: String,
        _ reason: String,
        since: Double? = nil,
        _ input: StatusInput
    ) {
        testDescription = name
        self.kstatus = kstatus
        self.argo = argo
        self.ready = ready
        self.reason = reason
        self.input = input
        self.since = since
    }

    typealias Fixture = StatusFixture

    static let all: [Situation] = [
        Situation(
            "new",
            .inProgress,
            .progressing,
            "Unknown",
            "NotYetReconciled",
            StatusInput(sink: Fixture.sink())
        ),
        Situation(
            "invalid spec",
            .failed,
            .degraded,
            "False",
            "InvalidSpec",
            StatusInput(sink: Fixture.sink(problems: [SpecProblem(.invalidSpec, "spec.topics", "name a topic")]))
        ),
        Situation(
            "invalid spec of a sink that works",
            .failed,
            .degraded,
            "False",
            "NotSupportedYet",
            Fixture.healthy {
                $0.problems = [SpecProblem(.notSupportedYet, "spec.x", "not yet")]
                $0.rendered = nil
            }
        ),
        Situation(
            "Kafka resource that is not there yet",
            .inProgress,
            .progressing,
            "False",
            "DependencyMissing",
            StatusInput(
                sink: Fixture.sink(),
                problems: [SpecProblem(.dependencyMissing, "spec.kafka.clusterRef", "no Kafka")]
            )
        ),
        Situation(
            "Kafka resource that does not come",
            .failed,
            .degraded,
            "False",
            "DependencyMissing",
            since: 121,
            StatusInput(
                sink: Fixture.sink(),
                problems: [SpecProblem(.dependencyMissing, "spec.kafka.clusterRef", "no Kafka")]
            )
        ),
        Situation(
            "missing Kafka resource and an error besides",
            .failed,
            .degraded,
            "False",
            "NotAllowed",
            StatusInput(
                sink: Fixture.sink(),
                problems: [
                    SpecProblem(.dependencyMissing, "spec.kafka.clusterRef", "no Kafka"),
                    SpecProblem(.notAllowed, "spec.config", "not allowed"),
                ]
            )
        ),
        Situation(
            "missing Secret",
            .inProgress,
            .progressing,
            "False",
            "SecretMissing",
            StatusInput(sink: Fixture.sink(), missingSecrets: [MissingSecret(secret: "kafka")])
        ),
        Situation(
            "missing Secret that may still come",
            .inProgress,
            .progressing,
            "False",
            "SecretMissing",
            since: 119,
            StatusInput(sink: Fixture.sink(), missingSecrets: [MissingSecret(secret: "kafka")])
        ),
        Situation(
            "missing Secret that does not come",
            .failed,
            .degraded,
            "False",
            "SecretMissing",
            since: 120,
            StatusInput(sink: Fixture.sink(), missingSecrets: [MissingSecret(secret: "kafka", key: "password")])
        ),
        Situation(
            "foreign object of the same name",
            .failed,
            .degraded,
            "False",
            "NameConflict",
            Fixture.healthy {
                $0.conflicts = [ObjectReference(.deployment, namespace: "data", name: "telemetry-worker")]
            }
        ),
        Situation(
            "failed request",
            .inProgress,
            .progressing,
            "False",
            "ReconcileFailed",
            Fixture.healthy { $0.failure = ReconcileFailure(APIError(.unavailable, "cannot apply")) }
        ),
        Situation(
            "forbidden request",
            .failed,
            .degraded,
            "False",
            "AccessDenied",
            Fixture.healthy { $0.failure = ReconcileFailure(APIError(.forbidden, "cannot apply")) }
        ),
        Situation(
            "Deployment not there yet",
            .inProgress,
            .progressing,
            "False",
            "RollingOut",
            Fixture.healthy { $0.deployment = nil }
        ),
        Situation(
            "Deployment without a status",
            .inProgress,
            .progressing,
            "False",
            "RollingOut",
            Fixture.healthy {
                $0.deployment = KubernetesObject(["metadata": ["generation": 1], "spec": ["replicas": 2]])
            }
        ),
        Situation(
            "Deployment of the configuration before",
            .inProgress,
            .progressing,
            "False",
            "RollingOut",
            Fixture.healthy { $0.deployment = Fixture.deployment(config: "c0") }
        ),
        Situation(
            "rolling out",
            .inProgress,
            .progressing,
            "False",
            "RollingOut",
            Fixture.healthy { $0.deployment = Fixture.deployment(updated: 1, ready: 1, progress: "ReplicaSetUpdated") }
        ),
        Situation(
            "rolled out but not ready",
            .inProgress,
            .progressing,
            "False",
            "RollingOut",
            Fixture.healthy { $0.deployment = Fixture.deployment(ready: 1, progress: "ReplicaSetUpdated") }
        ),
        Situation(
            "rollout without progress",
            .failed,
            .degraded,
            "False",
            "RolloutFailed",
            Fixture.healthy { $0.deployment = Fixture.deployment(ready: 1, progress: "ProgressDeadlineExceeded") }
        ),
        Situation(
            "worker that refuses its configuration",
            .failed,
            .degraded,
            "False",
            "WorkerFailed",
            Fixture.healthy {
                $0.deployment = Fixture.deployment(ready: 0, progress: "ReplicaSetUpdated")
                $0.workers = WorkerObservation(failures: [Fixture.refusedTable])
            }
        ),
        Situation(
            "worker that tries again",
            .inProgress,
            .progressing,
            "False",
            "WorkerFailed",
            Fixture.healthy {
                $0.deployment = Fixture.deployment(ready: 0, progress: "ReplicaSetUpdated")
                $0.workers = WorkerObservation(failures: [Fixture.unreachableBroker])
            }
        ),
        Situation(
            "worker lost",
            .inProgress,
            .progressing,
            "False",
            "WorkersNotReady",
            Fixture.healthy { $0.deployment = Fixture.deployment(ready: 1) }
        ),
        Situation(
            "worker that fails after its rollout",
            .inProgress,
            .progressing,
            "False",
            "WorkerFailed",
            since: 599,
            Fixture.healthy {
                $0.deployment = Fixture.deployment(ready: 1)
                $0.workers = WorkerObservation(failures: [Fixture.unreachableBroker])
            }
        ),
        Situation(
            "worker that fails for long after its rollout",
            .failed,
            .degraded,
            "False",
            "WorkerFailed",
            since: 600,
            Fixture.healthy {
                $0.deployment = Fixture.deployment(ready: 1)
                $0.workers = WorkerObservation(failures: [Fixture.unreachableBroker])
            }
        ),
        Situation(
            "worker that is not ready for long, and has not failed",
            .inProgress,
            .progressing,
            "False",
            "WorkersNotReady",
            since: 3600,
            Fixture.healthy { $0.deployment = Fixture.deployment(ready: 1) }
        ),
        Situation(
            "pausing",
            .inProgress,
            .suspended,
            "False",
            "Pausing",
            Fixture.healthy {
                $0.sink = Fixture.sink(isPaused: true)
                $0.deployment = Fixture.deployment(wanted: 0, current: 1, ready: 1)
            }
        ),
        Situation(
            "paused",
            .current,
            .suspended,
            "True",
            "PausedBySpec",
            Fixture.healthy {
                $0.sink = Fixture.sink(isPaused: true)
                $0.deployment = Fixture.deployment(wanted: 0)
            }
        ),
        Situation(
            "paused in the middle of a rollout that failed",
            .current,
            .suspended,
            "True",
            "PausedBySpec",
            Fixture.healthy {
                $0.sink = Fixture.sink(isPaused: true)
                $0.deployment = Fixture.deployment(wanted: 0, progress: "ProgressDeadlineExceeded")
            }
        ),
        Situation(
            "paused, a worker still drains",
            .inProgress,
            .suspended,
            "False",
            "Pausing",
            Fixture.healthy {
                $0.sink = Fixture.sink(isPaused: true)
                $0.deployment = Fixture.deployment(wanted: 0)
                $0.workers = WorkerObservation(terminating: 1)
            }
        ),
        Situation(
            "hands off a sink that works",
            .current,
            .suspended,
            "True",
            "WorkersReady",
            Fixture.healthy {
                $0.sink = Fixture.sink(annotations: ["kustosink.dev/reconcile": "paused"])
                $0.deployment = Fixture.deployment(config: "c0")
                $0.desiredReplicas = 5
            }
        ),
        Situation(
            "deleted",
            .terminating,
            .progressing,
            "False",
            "Deleting",
            Fixture.healthy { $0.sink = Fixture.sink(isDeleted: true) }
        ),
        Situation("healthy", .current, .healthy, "True", "WorkersReady", Fixture.healthy()),
        Situation(
            "scaled to zero by lag",
            .current,
            .healthy,
            "True",
            "NoWorkersWanted",
            Fixture.healthy {
                $0.deployment = Fixture.deployment(wanted: 0)
                $0.scaling = ScalingReport(activity: .active, block: ["desiredReplicas": 0, "reason": "Idle"])
            }
        ),
        Situation(
            "scaled out, first worker not there yet",
            .inProgress,
            .progressing,
            "False",
            "Adjusting",
            Fixture.healthy {
                $0.deployment = Fixture.deployment(wanted: 0)
                $0.desiredReplicas = 1
            }
        ),
        Situation(
            "scaled in, workers drain",
            .inProgress,
            .progressing,
            "True",
            "WorkersReady",
            Fixture.healthy { $0.deployment = Fixture.deployment(status: ["terminatingReplicas": 1]) }
        ),
        Situation(
            "lag unknown",
            .current,
            .healthy,
            "True",
            "WorkersReady",
            Fixture.healthy { $0.scaling = ScalingReport(activity: .unknown("no broker answers"), block: [:]) }
        ),
    ]
}
