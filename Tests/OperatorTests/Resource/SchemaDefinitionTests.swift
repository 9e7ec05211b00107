import Foundation
import JSON
import Testing
import YAML

@testable import Operator

@Suite("The CustomResourceDefinition")
struct SchemaDefinitionTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test("crds/kustosinks.yaml is what the table says")
    func current() throws {
        let file = Self.root.appending(path: "crds/kustosinks.yaml")
        if ProcessInfo.processInfo.environment["UPDATE_CRD"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try SinkDefinition.yaml.write(to: file, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(
            written == SinkDefinition.yaml,
            "crds/kustosinks.yaml is out of date; run: UPDATE_CRD=1 swift test --filter SchemaDefinitionTests"
        )
        #expect(try JSONValue(parsingYAML: written) == SinkDefinition.json)
        // kubectl apply keeps the whole object as JSON in an annotation; all of an object's may have 256 KiB.
        #expect(SinkDefinition.json.serialized().count < 200 * 1024)
        #expect(try JSONValue(parsingYAML: written)["status"] == nil)
    }
}
