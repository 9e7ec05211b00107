import JSON
import Kubernetes

@testable import Operator

/// What leads to each reason that is not simply good news, so that the documentation shows what the program says.
enum TroubleshootingExample {
    typealias Fixture = StatusFixture

    /// The reasons that nobody has to look up.
    static let healthy: Set<ConditionReason> = [
        .configAccepted, .secretsFound, .noConflict, .workersReady, .noWorkersWanted, .notPaused, .lagKnown,
    ]

    private static let pod = "orders-worker-6c9f7d5b8-x2m4k"

    /// What a look at a sink found that has the reason.
    static func input(_ reason: ConditionReason) throws -> StatusInput? {
        switch reason {
        case .configAccepted, .secretsFound, .noConflict, .workersReady, .noWorkersWanted, .notPaused, .lagKnown: nil
        case .invalidSpec:
            StatusInput(
                sink: KustoSink(
                    decoding: KubernetesObject(
                        try SinkSamples.object(SinkSamples.smallest).json
                            .setting(["interval": "soon"], at: ["spec", "flush"])
                    )
                )
            )
        case .invalidConfiguration: problem { $0.kusto.auth.clientSecret = nil }
        case .notSupportedYet:
            problem {
                $0.topics = [
                    TopicSpec(topic: "^orders[.].*", database: "shop", table: "Orders"),
                    TopicSpec(topic: "^returns[.].*", database: "shop", table: "Returns"),
                ]
            }
        case .notAllowed: problem { $0.config["group.id"] = "other" }
        case .dependencyMissing: try missingKafka()
        case .secretMissing:
            StatusInput(
                sink: Fixture.sink(),
                missingSecrets: [MissingSecret(secret: "adx"), MissingSecret(secret: "kafka", key: "password")]
            )
        case .nameConflict:
            Fixture.healthy {
                $0.conflicts = [ObjectReference(.service, namespace: "data", name: "orders-metrics")]
            }
        case .workersNotReady, .rollingOut, .adjusting, .workersTerminating, .workerFailed, .rolloutFailed:
            workers(reason)
        case .pausedBySpec: paused(Fixture.deployment(wanted: 0))
        case .pausing: paused(Fixture.deployment(wanted: 0, current: 1))
        case .reconciliationPaused:
            Fixture.healthy { $0.sink = Fixture.sink(annotations: ["kustosink.dev/reconcile": "paused"]) }
        case .lagUnknown:
            Fixture.healthy {
                let message = "the lag cannot be read: broker-1.example:9092 does not answer"
                $0.scaling = ScalingReport(activity: .unknown(message), block: [:])
            }
        case .lagNotYetRead: Fixture.healthy { $0.scaling = ScalingReport(activity: .starting, block: [:]) }
        case .notYetReconciled: StatusInput(sink: Fixture.sink())
        case .deleting:
            Fixture.healthy {
                $0.sink = Fixture.sink(isDeleted: true)
                $0.failure = ReconcileFailure(retried: SinkReconciler.waiting(forWorkers: 1))
            }
        case .reconcileFailed:
            failure(
                APIError(
                    .unreachable,
                    "cannot apply deployments.apps data/orders-worker: no answer from the API server: connection refused"
                )
            )
        case .accessDenied:
            failure(
                SecretAccess.byName.explained(
                    APIError(.forbidden, "cannot list secrets in data: secrets \"adx\" is forbidden: …"),
                    SecretName(namespace: "data", name: "adx")
                )
            )
        case .requestRefused:
            failure(
                APIError(
                    .invalid,
                    "cannot apply deployments.apps data/orders-worker: Deployment.apps \"orders-worker\" is invalid: …"
                )
            )
        }
    }

    private static func problem(_ change: (inout SinkSpec) -> Void) -> StatusInput {
        var spec = SampleSinks.minimal
        change(&spec)
        return StatusInput(sink: Fixture.sink(), problems: RenderProblemTests.problems(spec))
    }

    private static func missingKafka() throws -> StatusInput? {
        do throws(SpecProblem) {
            _ = try StrimziListener(StrimziClusterReference(name: "events", listener: "tls"), .missing)
            return nil
        } catch {
            return StatusInput(sink: Fixture.sink(), problems: [error])
        }
    }

    private static func workers(_ reason: ConditionReason) -> StatusInput {
        Fixture.healthy { input in
            switch reason {
            case .workersNotReady:
                input.deployment = Fixture.deployment(wanted: 1, ready: 0)
                input.workers.failures = [
                    WorkerFailure(
                        .notReady,
                        message: "table shop.Orders has accepted nothing for 60 s: …",
                        pods: [pod]
                    )
                ]
            case .rollingOut:
                input.deployment = Fixture.deployment(updated: 1, ready: 1, progress: "ReplicaSetUpdated")
            case .adjusting: input.deployment = Fixture.deployment(ready: 1, isObserved: false)
            case .workersTerminating:
                input.deployment = Fixture.deployment(wanted: 1)
                input.workers.terminating = 1
            case .workerFailed:
                input.deployment = Fixture.deployment(wanted: 1, ready: 0)
                input.workers.failures = [
                    WorkerFailure(
                        .configuration,
                        exitCode: 64,
                        message: "table shop.Orders of topic orders does not exist: create it, or correct the mapping",
                        pods: [pod]
                    )
                ]
            default:
                input.deployment = Fixture.deployment(
                    updated: 1,
                    ready: 1,
                    progress: "ProgressDeadlineExceeded"
                )
                input.workers.failures = [
                    WorkerFailure(
                        .unavailable,
                        exitCode: 69,
                        message: "broker-1.example:9092 refuses the credentials",
                        pods: [pod]
                    )
                ]
            }
        }
    }

    private static func paused(_ deployment: KubernetesObject) -> StatusInput {
        Fixture.healthy {
            $0.sink = Fixture.sink(isPaused: true)
            $0.deployment = deployment
        }
    }

    private static func failure(_ error: APIError) -> StatusInput {
        StatusInput(sink: Fixture.sink(), failure: ReconcileFailure(error))
    }
}
