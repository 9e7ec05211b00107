package import Kubernetes

/// Reads the resources of Strimzi that a sink refers to.
package struct StrimziReader: Sendable {
    private let api: any KubernetesAPI
    private let serves: @Sendable (ResourceKind) async -> Bool

    /// Creates a reader.
    /// - Parameter serves: Says whether the cluster has a kind in this version, as `APIDiscovery.has` does.
    package init(api: any KubernetesAPI, serves: @escaping @Sendable (ResourceKind) async -> Bool) {
        self.api = api
        self.serves = serves
    }

    /// Reads what a spec refers to; asks nothing of a cluster without Strimzi unless the spec refers to it.
    /// - Returns: `nil` when the spec refers to nothing of Strimzi's.
    /// - Throws: ``APIError`` when the server does not answer, or does not let the operator read.
    package func read(_ kafka: KafkaSpec, namespace: String) async throws(APIError) -> StrimziResources? {
        guard kafka.clusterReference != nil || kafka.userReference != nil else { return nil }
        var resources = StrimziResources()
        if let name = kafka.clusterReference?.name {
            resources.cluster = try await find(StrimziResources.clusterKinds, namespace, name)
        }
        if let name = kafka.userReference {
            resources.user = try await find(StrimziResources.userKinds, namespace, name)
        }
        return resources
    }

    private func find(
        _ kinds: [ResourceKind],
        _ namespace: String,
        _ name: String
    ) async throws(APIError) -> StrimziResources.Finding {
        for kind in kinds where await serves(kind) {
            let object = try await api.get(ObjectReference(kind, namespace: namespace, name: name))
            return object.map { .found($0) } ?? .missing
        }
        return .kindMissing
    }
}
