import Foundation
import JSON

/// One running kubectl.
struct KubectlRun {
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
