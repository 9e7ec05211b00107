package import Kubernetes

/// What a reconciliation found, from which the next status follows.
package struct StatusInput: Sendable {
    /// The resource with its spec decoded.
    package var sink: KustoSink
    /// What is wrong with the spec beside what decoding found: rendering, references to Strimzi's resources.
    package var problems: [SpecProblem]
    /// Secrets and keys that the spec names and that are not there.
    package var missingSecrets: [MissingSecret]
    /// Secrets that the spec names whose used keys have another content since they were rendered last.
    package var rotatedSecrets: [String]
    /// What the spec leads to; `nil` before the first rendering and when it is not possible.
    package var rendered: RenderedSink?
    /// Objects of somebody else that have the name of one of ours.
    package var conflicts: [ObjectReference]
    /// Why the reconciliation could not do all it had to.
    package var failure: ReconcileFailure?
    /// The Deployment as the server keeps it; `nil` when there is none.
    package var deployment: KubernetesObject?
    /// What the workers' pods say.
    package var workers: WorkerObservation
    /// How many workers are wanted; `nil` leaves it to the Deployment.
    package var desiredReplicas: Int?
    /// What is known about the number of workers; `nil` before anything is.
    package var scaling: ScalingReport?

    /// Creates an input in which nothing but the resource is known.
    package init(
        sink: KustoSink,
        problems: [SpecProblem] = [],
        missingSecrets: [MissingSecret] = [],
        rotatedSecrets: [String] = [],
        rendered: RenderedSink? = nil,
        conflicts: [ObjectReference] = [],
        failure: ReconcileFailure? = nil,
        deployment: KubernetesObject? = nil,
        workers: WorkerObservation = WorkerObservation(),
        desiredReplicas: Int? = nil,
        scaling: ScalingReport? = nil
    ) {
        self.sink = sink
        self.problems = problems
        self.missingSecrets = missingSecrets
        self.rotatedSecrets = rotatedSecrets
        self.rendered = rendered
        self.conflicts = conflicts
        self.failure = failure
        self.deployment = deployment
        self.workers = workers
        self.desiredReplicas = desiredReplicas
        self.scaling = scaling
    }

    /// Whether an annotation keeps the operator's hands off what it owns; its status is still written.
    package var isHandsOff: Bool { sink.object.annotations["kustosink.dev/reconcile"] == "paused" }

    /// How far the Deployment has come; `nil` when there is none.
    package var rollout: RolloutStatus? { deployment.map { RolloutStatus($0, terminating: workers.terminating) } }

    /// Everything that is wrong with the spec.
    package var allProblems: [SpecProblem] {
        if case .failure(let error) = sink.spec { error.problems + problems } else { problems }
    }

    /// Whether the spec asks for a pause; a spec that is not in order asks for nothing.
    package var isPaused: Bool {
        if case .success(let spec) = sink.spec { spec.isPaused } else { false }
    }
}
