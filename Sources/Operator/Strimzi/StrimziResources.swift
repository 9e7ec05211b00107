internal import JSON
package import Kubernetes

/// The resources of Strimzi that a sink refers to, as they were read.
package struct StrimziResources: Sendable, Hashable {
    /// What was found where a resource was looked for.
    package enum Finding: Sendable, Hashable {
        /// The cluster has no such kind.
        case kindMissing
        /// The cluster has the kind, but there is no resource of that name.
        case missing
        /// The resource.
        case found(KubernetesObject)
    }

    /// The `Kafka` resource of `clusterRef`; `nil` when the spec names none.
    package var cluster: Finding?
    /// The `KafkaUser` resource of `userRef`; `nil` when the spec names none.
    package var user: Finding?

    /// Takes what was read.
    package init(cluster: Finding? = nil, user: Finding? = nil) {
        self.cluster = cluster
        self.user = user
    }

    /// The kinds of a `Kafka` resource, the newest version first.
    package static let clusterKinds = kinds("Kafka", "kafkas")
    /// The kinds of a `KafkaUser` resource, the newest version first.
    package static let userKinds = kinds("KafkaUser", "kafkausers")

    // Strimzi before 0.49 serves v1beta2 alone, from 1.0 on v1 alone.
    private static func kinds(_ kind: String, _ plural: String) -> [ResourceKind] {
        ["v1", "v1beta2"].map { ResourceKind(group: "kafka.strimzi.io", version: $0, kind: kind, plural: plural) }
    }
}
