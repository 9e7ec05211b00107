import Foundation
import JSON

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

    /// What kubectl said.
    typealias Outcome = (status: Int32, output: String, errors: String)
}
