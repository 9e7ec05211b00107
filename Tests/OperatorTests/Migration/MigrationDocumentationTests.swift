import Foundation
import Testing

@testable import Operator

@Suite("The page about moving from the connector")
struct MigrationDocumentationTests {
    @Test("explains each kind of note, and no others")
    func kinds() throws {
        let rows = try DocumentationPage("docs/migration.md").rows(of: "### What it tells")
        let told = rows.compactMap { DocumentationPage.quoted($0[0]).first }
        #expect(Set(told) == Set(MigrationNote.Kind.allCases.map(\.rawValue)))
        #expect(told.count == MigrationNote.Kind.allCases.count)
    }

    @Test("quotes the words in capitals that notes have")
    func warnings() throws {
        let page = try DocumentationPage("docs/migration.md").text
        let told = page.matches(of: /\*\*([A-Z ]{8,})\*\*/).map { String($0.output.1) }
        #expect(told.count == 2)
        let notes = try MigrationGoldenTests.cases().flatMap {
            try Migration(MigrationGoldenTests.inputs(of: $0)).notes
        }
        for words in told {
            let isSaid = notes.contains { $0.text.contains(words) }
            #expect(isSaid, "\(words)")
        }
    }
}
