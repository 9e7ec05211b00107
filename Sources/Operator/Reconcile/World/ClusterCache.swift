package import Kubernetes

/// What is known of the cluster without asking it: what watches have brought.
///
/// It may lag behind the cluster, and behind our own writes; ``ClusterView`` corrects the latter.
package protocol ClusterCache: Sendable {
    /// The object of this name, or `nil` when there is none that carries our labels.
    func get(_ reference: ObjectReference) -> KubernetesObject?

    /// The objects of a kind that carry the label of this sink, in no order.
    func labelled(_ key: SinkKey, _ kind: ResourceKind) -> [KubernetesObject]

    /// Whether the objects of a kind that carry our labels are known at all.
    func keeps(_ kind: ResourceKind) -> Bool

    /// Says which Secrets a sink names, so that they are watched for it; none for a sink that is gone.
    func follow(_ secrets: Set<String>, for key: SinkKey)

    /// What is known of a Secret that a sink names.
    func secret(namespace: String, name: String) -> SecretKnowledge

    /// Why what is known of a namespace, Secrets that sinks name aside, is out of date; `nil` when it is not.
    func problem(in namespace: String) -> APIError?
}

extension ClusterCache {
    /// There is none, for a cache that does not fill itself.
    package func problem(in namespace: String) -> APIError? { nil }
}

/// What is known of a Secret that a sink names: never its values.
package enum SecretKnowledge: Sendable, Hashable {
    /// Nothing yet: the watch has not begun, or has not listed.
    case unknown
    /// Nothing that can be relied on, because the server does not let us look, or has not answered for long.
    case unreadable(APIError)
    /// There is none.
    case absent
    /// Its keys, each with a digest of its value.
    case present([String: String])
}
