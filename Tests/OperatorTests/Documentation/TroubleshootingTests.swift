import Foundation
import JSON
import Testing

@testable import Operator

/// `UPDATE_DOCS=1` writes the messages of the page anew.
@Suite("docs/troubleshooting.md")
struct TroubleshootingTests {
    private static let path = "docs/troubleshooting.md"
    private static let unhealthy = ConditionReason.allCases.filter { !TroubleshootingExample.healthy.contains($0) }

    @Test("has a section for every reason that is not good news, which says why and what to do", arguments: unhealthy)
    func reason(_ reason: ConditionReason) throws {
        let section = try DocumentationPage(Self.path).section("### \(reason.rawValue)")
        #expect(section.contains("**Why**") && section.contains("**Do**"), "\(reason.rawValue)")
    }

    @Test("shows of every reason a message that the operator writes", arguments: unhealthy)
    func message(_ reason: ConditionReason) throws {
        let input = try #require(try TroubleshootingExample.input(reason), "\(reason.rawValue) has no example")
        let conditions = StatusFixture.status(input)["conditions"]?.arrayValue ?? []
        let condition = conditions.first { $0["reason"]?.stringValue == reason.rawValue }
        let message = try #require(condition?["message"]?.stringValue, "\(conditions)")
        let page = try DocumentationPage(Self.path)
        let section = page.section("### \(reason.rawValue)")
        let parts = section.components(separatedBy: "```text\n")
        try #require(parts.count == 2, "\(reason.rawValue) has one block with a message")
        let shown = try #require(parts[1].components(separatedBy: "\n```").first)
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil, shown != message {
            let changed = section.replacing("```text\n\(shown)\n```", with: "```text\n\(message)\n```")
            try page.text.replacing(section, with: changed).write(
                to: DocumentationPage.root.appending(path: Self.path),
                atomically: true,
                encoding: .utf8
            )
        } else {
            #expect(shown == message, "run with UPDATE_DOCS=1 and look at the difference")
        }
    }

    @Test("has a section for every event that is a warning, and a row for every other")
    func events() throws {
        let page = try DocumentationPage(Self.path)
        let rows = page.rows(of: "## Events").flatMap { DocumentationPage.quoted($0[0]) }
        for event in SinkEvent.Reason.allCases {
            switch event.severity {
            case .warning:
                let section = page.section("### \(event.rawValue)")
                #expect(section.contains("**Why**") && section.contains("**Do**"), "\(event.rawValue)")
            case .normal: #expect(rows.contains(event.rawValue), "\(event.rawValue)")
            }
        }
        #expect(Set(rows).isSubset(of: Set(SinkEvent.Reason.allCases.map(\.rawValue))))
    }

    @Test("has no section for a reason that does not exist")
    func noOthers() throws {
        let known = Set(ConditionReason.allCases.map(\.rawValue)).union(SinkEvent.Reason.allCases.map(\.rawValue))
        let titles = try DocumentationPage(Self.path).text.split(separator: "\n").filter { $0.hasPrefix("### ") }
            .map { String($0.dropFirst(4)) }
        #expect(Set(titles).subtracting(known) == [])
        #expect(titles.count == Set(titles).count)
    }
}
