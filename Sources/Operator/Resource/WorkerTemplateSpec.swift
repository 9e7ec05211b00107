package import JSON

/// `spec.template`: the pod fields that users may set, in the words of Kubernetes.
package struct WorkerTemplateSpec: Sendable, Hashable {
    /// The worker's image; `nil` for the operator's `--worker-image`.
    package var image: String?
    /// `Always`, `IfNotPresent` or `Never`.
    package var imagePullPolicy: String?
    /// Names of Secrets for the image's registry.
    package var imagePullSecrets: [String] = []
    /// Labels of the pods besides ours.
    package var labels: [String: String] = [:]
    /// Annotations of the pods besides ours.
    package var annotations: [String: String] = [:]
    /// A ServiceAccount of the user's; `nil` makes one of the sink's own.
    package var serviceAccountName: String?
    /// Annotations of the sink's own ServiceAccount, such as a workload identity's client id.
    package var serviceAccountAnnotations: [String: String] = [:]
    /// `resources` of the container.
    package var resources: JSONValue?
    /// `nodeSelector`.
    package var nodeSelector: [String: String] = [:]
    /// `tolerations`.
    package var tolerations: JSONValue?
    /// `affinity`.
    package var affinity: JSONValue?
    /// `topologySpreadConstraints`; `nil` spreads over nodes and zones where it can.
    package var topologySpreadConstraints: JSONValue?
    /// `priorityClassName`.
    package var priorityClassName: String?
    /// `runtimeClassName`.
    package var runtimeClassName: String?
    /// `securityContext` of the pod, over ours.
    package var podSecurityContext: JSONValue?
    /// `securityContext` of the container, over ours.
    package var securityContext: JSONValue?
    /// `hostAliases`.
    package var hostAliases: JSONValue?
    /// `dnsConfig`.
    package var dnsConfig: JSONValue?
    /// `terminationGracePeriodSeconds`; `nil` derives it from the drain.
    package var terminationGracePeriodSeconds: Int?
    /// Environment variables as plain values.
    package var environment: [String: String] = [:]

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.networkPolicy`: who may scrape the workers.
package struct NetworkPolicySpec: Sendable, Hashable {
    /// Labels of the namespaces from which metrics may be read; empty for all.
    package var metricsNamespaceLabels: [String: String] = [:]
    /// Further ports to which workers may connect, beside DNS, the brokers', and 443.
    package var egressPorts: [Int] = []

    /// Creates a part of defaults.
    package init() {}
}

/// `spec.deletionPolicy`.
package struct DeletionPolicySpec: Sendable, Hashable {
    /// Whether the consumer group is deleted with the resource (`Delete`) or stays (`Retain`, the default).
    package var deletesConsumerGroup = false

    /// Creates a part of defaults.
    package init() {}
}
