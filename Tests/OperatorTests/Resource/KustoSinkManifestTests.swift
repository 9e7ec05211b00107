import Foundation
import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

@Suite("The manifests")
struct KustoSinkManifestTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "manifests")

    private static func documents(_ name: String) throws -> [JSONValue] {
        try JSONValue.yamlDocuments(in: String(contentsOf: root.appending(path: name), encoding: .utf8))
    }

    private static func base() throws -> [JSONValue] {
        let files = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "base").path())
        return try files.sorted().flatMap { try documents("base/\($0)") }
    }

    @Test("The sample is in order, and its Secret is beside it")
    func sample() throws {
        let documents = try Self.documents("samples/kafka.yaml")
        let sink = try #require(documents.first { $0["kind"] == "KustoSink" })
        let secret = try #require(documents.first { $0["kind"] == "Secret" })
        let spec = try KustoSink(decoding: KubernetesObject(sink)).spec.get()
        let reference = try #require(spec.kusto.auth.clientSecret)
        #expect(reference.name == secret["metadata"]?["name"]?.stringValue)
        #expect(secret["stringData"]?[reference.key] != nil)
    }

    @Test("Every file of the base is in its list")
    func list() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "base").path())
        let kustomization = try #require(Self.documents("base/kustomization.yaml").first)
        let listed = ["resources", "configurations"].flatMap { kustomization[$0]?.arrayValue ?? [] }
        #expect(Set(listed.compactMap(\.stringValue)) == Set(files).subtracting(["kustomization.yaml"]))
    }

    @Test("No role has a wildcard, and none may read what it need not")
    func rights() throws {
        let objects = try Self.base() + Self.documents("user-roles/user-roles.yaml")
        let roles = objects.filter { ["Role", "ClusterRole"].contains($0["kind"]?.stringValue) }
        #expect(roles.count == 5)
        for role in roles {
            for rule in role["rules"]?.arrayValue ?? [] {
                for part in ["apiGroups", "resources", "verbs"] {
                    let words = rule[part]?.arrayValue?.compactMap(\.stringValue) ?? []
                    #expect(!words.isEmpty)
                    #expect(!words.contains { $0.contains("*") }, "\(rule.text)")
                }
                #expect(rule["resources"]?.arrayValue?.contains("pods/exec") != true)
                if rule["resources"]?.arrayValue?.contains("secrets") == true {
                    let verbs = Set(rule["verbs"]?.arrayValue?.compactMap(\.stringValue) ?? [])
                    #expect(verbs.isSubset(of: ["get", "list", "watch"]), "Secrets are read, never written")
                }
            }
        }
    }

    @Test("The operator's pod is confined, and its version is the program's")
    func pod() throws {
        let deployment = try #require(Self.base().first { $0["kind"] == "Deployment" })
        let pod = try #require(deployment["spec"]?["template"]?["spec"])
        let container = try #require(pod["containers"]?[0])
        #expect(pod["securityContext"]?["runAsNonRoot"] == true)
        #expect(pod["securityContext"]?["seccompProfile"]?["type"] == "RuntimeDefault")
        #expect(container["securityContext"]?["readOnlyRootFilesystem"] == true)
        #expect(container["securityContext"]?["allowPrivilegeEscalation"] == false)
        #expect(container["securityContext"]?["capabilities"]?["drop"] == ["ALL"])
        #expect(container["args"] == ["run", "--worker-image=$(KUSTO_SINK_WORKER_IMAGE)"])
        #expect(container["env"]?[0] == ["name": "KUSTO_SINK_WORKER_IMAGE", "value": "kusto-sink-worker:0.1.0"])
        #expect(container["image"] == "kusto-sink-operator:0.1.0")
    }
}
