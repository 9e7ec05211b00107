import Foundation
import SinkConfiguration
import Testing

@Suite("The reference of all properties")
struct ConfigurationReferenceTests {
    @Test("docs/configuration.md is what the property table says")
    func current() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "docs/configuration.md")
        let page = ConfigurationReference.markdown()
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try page.write(to: file, atomically: true, encoding: .utf8)
        }
        let written = try? String(contentsOf: file, encoding: .utf8)
        #expect(
            written == page,
            "docs/configuration.md is out of date; run: UPDATE_DOCS=1 swift test --filter ConfigurationReferenceTests"
        )
    }

    @Test("Every property is documented, with an example unless it does nothing")
    func complete() {
        let page = ConfigurationReference.markdown()
        for definition in PropertyTable.all {
            #expect(page.contains("### `\(definition.name)`"))
            #expect(definition.documentation.hasSuffix("."), "\(definition.name)")
            let does = definition.status == .supported
            #expect(definition.example != nil || !does, "\(definition.name)")
        }
    }
}
