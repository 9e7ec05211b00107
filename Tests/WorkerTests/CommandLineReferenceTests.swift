import Foundation
import KafkaBroker
import Testing

@Suite("The reference of command lines", .timeLimit(.minutes(3)))
struct CommandLineReferenceTests {
    private static let mark =
        "<!-- What follows is made from the programs' own tables by `make docs`; do not edit it. -->\n"

    @Test("docs/command-line.md is what the programs say of themselves")
    func current() async throws {
        let file = URL(fileURLWithPath: #filePath + "/../../../docs/command-line.md").standardizedFileURL
        let written = try String(contentsOf: file, encoding: .utf8)
        let end = try #require(written.firstRange(of: Self.mark)).upperBound
        var page = String(written[..<end])
        for name in ["kusto-sink-worker", "kusto-sink-operator", "kusto-emulator"] {
            let program = try Program(name, ["man", "--markdown"])
            #expect(try await program.exitCode(within: .seconds(150)) == 0)
            page += "\n" + program.output.joined(separator: "\n") + "\n"
        }
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(
            try String(contentsOf: file, encoding: .utf8) == page,
            "docs/command-line.md is out of date; run: make docs"
        )
    }
}
