import Foundation
import ScriptedAPI
import Testing

@testable import Operator

/// Whether a real API server takes what `migrate` makes, with every field checked.
@Suite(
    "Migrated connectors on a real API server",
    .enabled(if: TestCluster.isNamed(), "runs within Tests/Cluster/within.py only"),
    .serialized  // the definition is installed first, and is one for all
)
struct MigrationClusterTests {
    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let namespace = "data"

    @Test("are taken by kubectl apply, and draw no warning", .timeLimit(.minutes(10)))
    func apply() async throws {
        let definition = Self.root.appending(path: "crds/kustosinks.yaml").path()
        let installed = try Self.kubectl("apply", "--server-side", "--force-conflicts", "-f", definition)
        try #require(installed.status == 0, "\(installed.text)")
        _ = try Self.kubectl("create", "namespace", Self.namespace)
        let kubectl = try Kubectl()
        defer { try? kubectl.remove() }
        try await kubectl.awaitDefinition()
        for name in try MigrationGoldenTests.cases() {
            let file = Self.root.appending(path: "Tests/OperatorTests/Golden/migration/\(name)/sinks.yaml").path()
            let outcome = try Self.kubectl(
                "apply",
                "--dry-run=server",
                "--validate=strict",
                "--namespace",
                Self.namespace,
                "-f",
                file
            )
            #expect(outcome.status == 0, "\(name): \(outcome.text)")
            #expect(!outcome.text.contains("Warning"), "\(name): \(outcome.text)")
            #expect(outcome.text.contains("kustosink.kustosink.dev/"), "\(name): \(outcome.text)")
        }
    }

    /// Runs kubectl; returns how it ended and all that it said.
    private static func kubectl(_ words: String...) throws -> (status: Int32, text: String) {
        // A file, since a pipe that nobody reads would stop kubectl.
        let output = FileManager.default.temporaryDirectory.appending(path: "migration-\(UUID().uuidString)")
        try Data().write(to: output)
        defer { try? FileManager.default.removeItem(at: output) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["kubectl"] + words
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }
}
