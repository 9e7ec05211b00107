import Foundation
import JSON
import Kubernetes
import ScriptedAPI
import Testing

@testable import Operator

/// Whether the API server and the operator judge objects alike: every rule's samples, and objects in which one field
/// after another is wrong in each way that the table knows.
@Suite(
    "The API server and the operator",
    .enabled(if: TestCluster.isNamed(), "runs within Tests/Cluster/within.py only"),
    .serialized  // the definition is installed first, and is one for all
)
struct SchemaParityClusterTests {
    private static let namespace = "schema-parity"

    @Test("take and refuse the same objects, and the definition draws no warning", .timeLimit(.minutes(10)))
    func parity() async throws {
        let kubectl = try Kubectl()
        defer { try? kubectl.remove() }
        let installed = try kubectl.run(["apply", "--server-side", "--force-conflicts"], [SinkDefinition.json])
        try #require(installed.status == 0, "\(installed.errors)")
        #expect(installed.errors == "")
        let space: JSONValue = [
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(Self.namespace)],
        ]
        _ = try kubectl.run(["apply"], [space])
        try await kubectl.awaitDefinition()

        let objects = RuleSample.all.map(\.object.json) + SchemaMutations.all
        let named = objects.enumerated().map { index, object in
            object.setting(["metadata"], to: ["name": .string("s\(index)"), "namespace": .string(Self.namespace)])
        }
        // kubectl sends 50 requests a second at most, so four of them share the work.
        let share = (named.count + 3) / 4
        let started = try (0..<4).map { part in
            try kubectl.start(["create", "--dry-run=server"], Array(named.dropFirst(part * share).prefix(share)))
        }
        var taken: Set<String> = []
        var said: [String: Substring] = [:]
        for run in started {
            let outcome = try run.finish()
            for line in outcome.output.split(separator: "\n") {
                let name = line.split(separator: " ").first.map { $0.drop { $0 != "/" }.dropFirst() }
                if let name { taken.insert(String(name)) }
            }
            for line in outcome.errors.split(separator: "\n") {
                // The name stands in most messages: The KustoSink "s17" is invalid.
                let name = line.split(separator: "\"").dropFirst().first
                if let name { said[String(name)] = line }
            }
        }
        // The list must have been tried to its end, or agreement would mean nothing.
        try #require(taken.count > RuleSample.all.count { $0.path == nil }, "\(said.values.first ?? "")")
        for (index, object) in named.enumerated() {
            let problems = KustoSink.problems(of: KubernetesObject(object))
            let isTaken = taken.contains("s\(index)")
            #expect(
                isTaken == problems.isEmpty,
                "the operator: \(problems); the server: \(said["s\(index)"] ?? ""); \(object["spec"]?.text ?? "")"
            )
        }
    }

    @Test("know the manifests, which draw no warning in a restricted namespace", .timeLimit(.minutes(10)))
    func manifests() throws {
        let kubectl = try Kubectl()
        defer { try? kubectl.remove() }
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "manifests")
        let space = try kubectl.run(
            ["apply", "--server-side", "-f", folder.appending(path: "cluster-wide/namespace.yaml").path()],
            []
        )
        try #require(space.status == 0, "\(space.errors)")
        let outcome = try kubectl.run(["apply", "--server-side", "--dry-run=server", "-k", folder.path()], [])
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(outcome.output.contains("deployment.apps/kusto-sink-operator serverside-applied"))
    }

    @Test("refuse another group, and take the same one written out", .timeLimit(.minutes(10)))
    func group() throws {
        let kubectl = try Kubectl()
        defer { try? kubectl.remove() }
        let old = try RuleSample("old", []).object.json
        let name: JSONValue = ["name": "telemetry", "namespace": .string(Self.namespace)]
        let created = try kubectl.run(["apply"], [old.setting(["metadata"], to: name)])
        try #require(created.status == 0, "\(created.errors)")
        for (group, isTaken) in [("connect-telemetry", true), ("shop", false)] {
            let new = try RuleSample(group, [("kafka.groupId", group)]).object.json.setting(["metadata"], to: name)
            let outcome = try kubectl.run(["apply", "--dry-run=server"], [new])
            #expect((outcome.status == 0) == isTaken, "\(group): \(outcome.errors)")
            let problems = KustoSink.problems(of: KubernetesObject(new), changedFrom: KubernetesObject(old))
            #expect(problems.isEmpty == isTaken)
            if !isTaken { #expect(outcome.errors.contains("spec.kafka.groupId")) }
        }
    }
}
