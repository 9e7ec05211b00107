import Foundation
import Testing

@testable import Operator

@Suite("The reference of all fields")
struct SchemaReferenceTests {
    @Test("docs/kustosink.md is what the table says")
    func current() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/kustosink.md")
        let page = SinkReference.markdown()
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        let written = try? String(contentsOf: file, encoding: .utf8)
        #expect(
            written == page,
            "docs/kustosink.md is out of date; run: UPDATE_DOCS=1 swift test --filter SchemaReferenceTests"
        )
    }

    @Test("Every field of spec and status is told, in whole sentences")
    func complete() {
        let page = SinkReference.markdown()
        let all = SchemaSamples.all(SinkSchema.spec, at: "spec") + SchemaSamples.all(SinkSchema.status, at: "status")
        for (place, field) in all {
            #expect(field.summary.hasSuffix("."), "\(place)")
            #expect(field.summary.first?.isUppercase == true, "\(place)")
            // Parts that stand in several places, and references to Secrets, are described once.
            guard !field.name.hasSuffix("]"), !field.name.hasSuffix("}"), field.name != "spec", field.name != "status",
                !["secretKeyRef", "value", "name", "key"].contains(field.name)
            else { continue }
            #expect(page.contains("| `\(field.name)` |"), "\(place)")
        }
    }

    @Test("Links lead to headings")
    func links() {
        let page = SinkReference.markdown()
        let headings = page.split(separator: "\n").filter { $0.hasPrefix("## ") }
        let anchors = Set(
            headings.map { heading in heading.dropFirst(3).lowercased().filter { $0.isLetter || $0 == "-" } }
        )
        let links = page.matches(of: /\(#([^)]+)\)/).map { String($0.output.1) }
        #expect(links.count > 20)
        #expect(links.filter { !anchors.contains($0) } == [])
    }
}
