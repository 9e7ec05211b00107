import Foundation
import JSON
import Kubernetes
import Operator
import Testing

/// The statuses of every situation, written out for the health check that Argo CD runs, which is no Swift: the tests of
/// the manifests run it over them.
@Suite("The statuses that others judge")
struct StatusVectorTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Manifests/statuses.jsonl")

    /// One line for each situation: its name, the verdicts, and the resource with its status.
    private static var lines: String {
        Situation.all.map { situation in
            let sink = situation.input.sink.object.json
            let previous = situation.since.map { StatusFixture.status(situation.input, seconds: -$0) }
            let line: JSONValue = [
                "situation": .string(situation.testDescription), "argo": .string(situation.argo.rawValue),
                "kstatus": .string(situation.kstatus.rawValue),
                "object": sink.setting(["status"], to: StatusFixture.status(situation.input, after: previous)),
            ]
            return line.text + "\n"
        }.joined()
    }

    @Test("are those of the operator (`UPDATE_GOLDEN=1` writes them anew)")
    func vectors() throws {
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try Self.lines.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: Self.file, encoding: .utf8) == Self.lines)
    }
}
