package import Kubernetes
package import Logging

/// What reconciling a sink needs besides the cluster.
package struct SinkTools: Sendable {
    /// Records what happened to a sink as an event of its own; never waits.
    package typealias EventRecording = @Sendable (_ event: SinkEvent, _ sink: KubernetesObject) -> Void

    /// What the command line says about workers.
    package var settings: WorkerSettings
    /// Takes events.
    package var record: EventRecording
    /// Says whether the cluster has a kind of resource.
    package var hasKind: @Sendable (ResourceKind) async -> Bool
    /// Finds what references to Strimzi's resources stand for; `nil` for a spec without one.
    package var resolve:
        @Sendable (_ spec: SinkSpec, _ namespace: String) async throws(SpecProblems) -> StrimziConnection?
    /// Reads the lag of sinks.
    package var lag: any LagSource
    /// Deletes consumer groups.
    package var groups: any GroupDeleting
    /// Says what the workers' pods say, besides what is in the pods.
    package var observe: @Sendable (_ pods: [KubernetesObject], _ deployment: KubernetesObject?) async -> WorkerObservation

    /// Puts the tools together.
    package init(
        settings: WorkerSettings,
        record: @escaping EventRecording,
        hasKind: @escaping @Sendable (ResourceKind) async -> Bool,
        lag: any LagSource,
        groups: any GroupDeleting,
        observe: @escaping @Sendable (_ pods: [KubernetesObject], _ deployment: KubernetesObject?) async ->
            WorkerObservation
    ) {
        self.settings = settings
        self.record = record
        self.hasKind = hasKind
        self.lag = lag
        self.groups = groups
        self.observe = observe
    }
}
