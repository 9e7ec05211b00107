import Foundation
import JSON
import Kubernetes
import Testing

@testable import Operator

/// Whether the API server and the operator judge objects alike: every rule's samples, and objects in which one field
/// after another is wrong in each way that the table knows.
@Suite(
    "The API server and the operator",
    .enabled(if: ProcessInfo.processInfo.environment["KUBECONFIG"] != nil, "needs KUBECONFIG"),
    .serialized  // the definition is installed first, and is one for all
)
struct SchemaParityClusterTests {
    private static let namespace = "schema-parity"

    @Test("take and refuse the same objects, and the definition draws no warning", .timeLimit(.minutes(5)))
    func parity() throws {
        let kubectl = try Kubectl()
        defer { try? kubectl.remove() }
        let installed = try kubectl.run(["apply", "--server-side", "--force-conflicts"], [SinkDefinition.json])
        try #require(installed.status == 0, "\(installed.errors)")
        #expect(installed.errors == "")
        let space: JSONValue = [
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(Self.namespace)],
        ]
        _ = try kubectl.run(["apply"], [space])
        _ = try kubectl.run(
            ["wait", "--for=condition=Established", "--timeout=60s", "crd/kustosinks.kustosink.dev"],
            []
        )

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

    @Test("know the manifests, which draw no warning in a restricted namespace", .timeLimit(.minutes(2)))
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

    @Test("refuse another group, and take the same one written out", .timeLimit(.minutes(2)))
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

/// Runs kubectl with objects in a file of the test's own.
private struct Kubectl {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "kustosink-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() throws { try FileManager.default.removeItem(at: folder) }

    func run(_ arguments: [String], _ objects: [JSONValue]) throws -> Outcome {
        try start(arguments, objects).finish()
    }

    func start(_ arguments: [String], _ objects: [JSONValue]) throws -> KubectlRun {
        try KubectlRun(arguments, objects, in: folder.appending(path: UUID().uuidString))
    }

    /// What kubectl said.
    typealias Outcome = (status: Int32, output: String, errors: String)
}

/// One running kubectl.
private struct KubectlRun {
    private let process = Process()
    private let output: URL
    private let errors: URL

    init(_ arguments: [String], _ objects: [JSONValue], in folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let input = folder.appending(path: "objects.json")
        // Documents for themselves, since kubectl refuses a list as a whole.
        try Data(objects.map(\.text).joined(separator: "\n---\n").utf8).write(to: input)
        // Files, since a pipe that nobody reads would stop kubectl.
        output = folder.appending(path: "output")
        errors = folder.appending(path: "errors")
        for file in [output, errors] { try Data().write(to: file) }
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["kubectl"] + arguments + (objects.isEmpty ? [] : ["-f", input.path()])
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    func finish() throws -> Kubectl.Outcome {
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOf: output, encoding: .utf8),
            try String(contentsOf: errors, encoding: .utf8)
        )
    }
}
