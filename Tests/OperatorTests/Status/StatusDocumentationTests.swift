import Foundation
import Operator
import Testing

@Suite("docs/status.md")
struct StatusDocumentationTests {
    private static let page: Result<String, any Error> = Result {
        // Tests/OperatorTests/Status/FILE
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/status.md"), encoding: .utf8)
    }

    /// The first cells of a section's tables, without their quotation.
    private static func words(_ section: String) throws -> [String] {
        let parts = try page.get().components(separatedBy: "\n## ")
        let part = try #require(parts.first { $0.hasPrefix(section) })
        return part.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { line in
            line.split(separator: "`").dropFirst().first.map(String.init)
        }
    }

    @Test("has every condition, once")
    func conditions() throws {
        #expect(try Self.words("Conditions") == Condition.Kind.allCases.map(\.rawValue))
    }

    @Test("has every reason, once")
    func reasons() throws {
        let known = Set(ConditionReason.allCases.map(\.rawValue))
        // The section's second table is about failures of workers.
        let words = try Self.words("Reasons").filter { $0 != "CreateContainerConfigError" }
        #expect(words.sorted() == known.sorted())
    }

    @Test("has every event with its type, once")
    func events() throws {
        #expect(try Self.words("Events") == SinkEvent.Reason.allCases.map(\.rawValue))
        let page = try Self.page.get()
        for reason in SinkEvent.Reason.allCases {
            #expect(page.contains("| `\(reason.rawValue)` | \(reason.severity.rawValue) |"))
        }
    }
}
