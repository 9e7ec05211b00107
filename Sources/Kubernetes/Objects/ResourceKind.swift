/// A kind of object that the API server keeps, and where its paths are.
package struct ResourceKind: Sendable, Hashable, CustomStringConvertible {
    /// The API group; empty for the core group.
    package let group: String
    /// The group's version, such as `v1`.
    package let version: String
    /// The kind as in an object's `kind`.
    package let kind: String
    /// The name in paths, in the plural and lower case.
    package let plural: String

    /// Creates a kind of namespaced objects.
    package init(group: String, version: String, kind: String, plural: String) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
    }

    /// What an object's `apiVersion` says.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    package var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

    package static let secret = ResourceKind(group: "", version: "v1", kind: "Secret", plural: "secrets")
    package static let configMap = ResourceKind(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
    package static let service = ResourceKind(group: "", version: "v1", kind: "Service", plural: "services")
    package static let serviceAccount = ResourceKind(
        group: "",
        version: "v1",
        kind: "ServiceAccount",
        plural: "serviceaccounts"
    )
    package static let pod = ResourceKind(group: "", version: "v1", kind: "Pod", plural: "pods")
    package static let deployment = ResourceKind(
        group: "apps",
        version: "v1",
        kind: "Deployment",
        plural: "deployments"
    )
    package static let podDisruptionBudget = ResourceKind(
        group: "policy",
        version: "v1",
        kind: "PodDisruptionBudget",
        plural: "poddisruptionbudgets"
    )
    package static let networkPolicy = ResourceKind(
        group: "networking.k8s.io",
        version: "v1",
        kind: "NetworkPolicy",
        plural: "networkpolicies"
    )
    package static let podMonitor = ResourceKind(
        group: "monitoring.coreos.com",
        version: "v1",
        kind: "PodMonitor",
        plural: "podmonitors"
    )
    package static let lease = ResourceKind(
        group: "coordination.k8s.io",
        version: "v1",
        kind: "Lease",
        plural: "leases"
    )
    package static let event = ResourceKind(group: "events.k8s.io", version: "v1", kind: "Event", plural: "events")
}
