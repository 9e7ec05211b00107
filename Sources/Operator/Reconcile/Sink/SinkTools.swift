package import Kubernetes

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
    /// Is told that the API server answered with 404 about a kind that it was thought to have; by default nobody is.
    package var missedKind: @Sendable (ResourceKind) -> Void = { _ in }
    /// Reads the lag of sinks.
    package var lag: any LagSource
    /// Tells what scaling decides.
    package var scalingMetrics: ScalingMetrics
    /// Deletes consumer groups.
    package var groups: any GroupDeleting
    /// Asks workers how they are.
    package var workers: any WorkerAsking

    /// Puts the tools together.
    package init(
        settings: WorkerSettings,
        record: @escaping EventRecording,
        hasKind: @escaping @Sendable (ResourceKind) async -> Bool,
        lag: any LagSource,
        scalingMetrics: ScalingMetrics,
        groups: any GroupDeleting,
        workers: any WorkerAsking
    ) {
        self.settings = settings
        self.record = record
        self.hasKind = hasKind
        self.lag = lag
        self.scalingMetrics = scalingMetrics
        self.groups = groups
        self.workers = workers
    }
}

/// Asks workers how they are, outside every reconciliation; no call waits.
package protocol WorkerAsking: Sendable {
    /// Takes down which pods a sink has.
    /// - Parameter asksForMetrics: Whether it matters if ADX throttles.
    func observe(_ sink: SinkKey, pods: [KubernetesObject], asksForMetrics: Bool)

    /// What a sink's workers said last, by the pods' uids.
    func readings(_ sink: SinkKey) -> [String: WorkerReading]

    /// Whether ADX throttles any of a sink's workers; `nil` when no worker could say.
    func isThrottled(_ sink: SinkKey) -> Bool?

    /// Drops what is known about a sink's workers.
    func forget(_ sink: SinkKey)
}

extension WorkerProbe: WorkerAsking {}
