import Foundation
import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Testing

@Suite(
    "A real API server",
    .enabled(if: TestCluster.isNamed(), "runs within Tests/Cluster/within.py only"),
    .timeLimit(.minutes(10))
)
struct ServerConformanceClusterTests {
    @Test("does what the API in memory does", arguments: APIConformance.Rule.allCases)
    func conforms(_ rule: APIConformance.Rule) async throws {
        try await ClusterNamespace.run { api, namespace in
            try await APIConformance(api: api, namespace: namespace).check(rule)
        }
    }
}

/// A namespace of a real cluster, for one test.
enum ClusterNamespace {
    private static let kind = ResourceKind(group: "", version: "v1", kind: "Namespace", plural: "namespaces")

    static func run(_ body: (APIClient, String) async throws -> Void) async throws {
        let client = try APIClient(
            access: ClusterAccess.load(kubeconfig: nil, environment: ProcessInfo.processInfo.environment),
            userAgent: "tests",
            registry: MetricsRegistry(),
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        let name = "conformance-\(UUID().uuidString.lowercased().prefix(8))"
        _ = try await client.create(
            KubernetesObject(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
        )
        let reference = ObjectReference(kind, namespace: "", name: name)
        do { try await body(client, name) } catch {
            _ = try? await client.delete(reference, uid: nil, resourceVersion: nil)
            throw error
        }
        _ = try await client.delete(reference, uid: nil, resourceVersion: nil)
    }
}
