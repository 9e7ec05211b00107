import Foundation
import JSON
import ScriptedAPI

/// Runs kubectl with objects in a file of the test's own.
struct Kubectl {
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

    /// Waits until the server serves KustoSinks and says so to those who ask what there is.
    ///
    /// `kubectl wait` does not do: it fails while the server has not looked at the definition at all, and what is
    /// established may be unknown to kubectl for another moment.
    func awaitDefinition() async throws {
        try await eventually("KustoSinks are served") {
            try run(["get", "kustosinks.kustosink.dev", "--all-namespaces"], []).status == 0
        }
    }

    /// What kubectl said.
    typealias Outcome = (status: Int32, output: String, errors: String)
}
