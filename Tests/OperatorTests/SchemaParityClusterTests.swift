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
        let outcome = try kubectl.run(["create", "--dry-run=server"], named)
        let taken = Set(
            outcome.output.split(separator: "\n").compactMap { line in
                line.split(separator: " ").first.map { String($0.drop { $0 != "/" }.dropFirst()) }
            }
        )
        // The list must have been tried to its end, or agreement would mean nothing.
        #expect(taken.count > RuleSample.all.count { $0.path == nil })
        for (index, object) in named.enumerated() {
            let problems = KustoSink.problems(of: KubernetesObject(object))
            let isTaken = taken.contains("s\(index)")
            let said = outcome.errors.split(separator: "\n").first { $0.contains("\"s\(index)\"") } ?? ""
            #expect(
                isTaken == problems.isEmpty,
                "the operator: \(problems); the server: \(said.prefix(600)); \(object)"
            )
        }
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

    func run(_ arguments: [String], _ objects: [JSONValue]) throws -> (status: Int32, output: String, errors: String) {
        let input = folder.appending(path: "objects.json")
        let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
        try Data(list.text.utf8).write(to: input)
        // Files, since a pipe that nobody reads would stop kubectl.
        let output = folder.appending(path: "output")
        let errors = folder.appending(path: "errors")
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["kubectl"] + arguments + (objects.isEmpty ? [] : ["-f", input.path()])
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOf: output, encoding: .utf8),
            try String(contentsOf: errors, encoding: .utf8)
        )
    }
}
