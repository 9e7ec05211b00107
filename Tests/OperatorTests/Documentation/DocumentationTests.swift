import Foundation
import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

@Suite("The documentation")
struct DocumentationTests {
    private static let settings = WorkerSettings(image: "kusto-sink-worker")

    /// What can be copied from the pages, and the samples of `manifests`.
    private static func examples() throws -> [DocumentationPage.Block] {
        let folder = DocumentationPage.root.appending(path: "manifests")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".yaml") }
        let manifests = try files.sorted().map { file in
            try DocumentationPage.Block(
                place: "manifests/\(file)",
                language: "yaml",
                text: DocumentationPage("manifests/\(file)").text
            )
        }
        return try DocumentationPage.all().flatMap(\.blocks).filter { $0.language == "yaml" } + manifests
    }

    @Test("A KustoSink that is shown is one that the operator takes, without a warning")
    func sinks() throws {
        var places: Set<String> = []
        for example in try Self.examples() {
            let documents = try example.documents
            guard documents.contains(where: { $0["kind"]?.stringValue == KustoSink.kind.kind }) else { continue }
            Self.expectInOrder(documents, example)
            places.insert(String(example.place.prefix { $0 != ":" }))
        }
        #expect(places.isSuperset(of: ["README.md", "docs/operator.md", "manifests/samples/kafka.yaml"]))
    }

    @Test("A part of a spec that is shown fits into one that the operator takes")
    func parts() throws {
        let base = try JSONValue(parsingYAML: SinkSamples.smallest)
        let names = ["docs/operator.md", "docs/scaling.md", "docs/kafka-security.md"]
        let blocks = try names.map(DocumentationPage.init).flatMap(\.blocks).filter { $0.text.hasPrefix("spec:") }
        #expect(blocks.count >= 10)
        for block in blocks {
            var sink = base
            for (name, value) in try block.documents.first?["spec"]?.objectValue ?? [:] {
                sink = sink.setting(value, at: ["spec", name])
            }
            Self.expectInOrder([sink], block)
        }
    }

    private static func expectInOrder(_ documents: [JSONValue], _ block: DocumentationPage.Block) {
        let rendering = OfflineRendering(SinkFile(documents: documents), settings: settings)
        #expect(rendering.problems == [], "\(block)")
        // That a file says nothing about Strimzi's resources is no fault of the example.
        #expect(rendering.warnings.filter { !$0.contains("Strimzi") } == [], "\(block)")
        #expect(!rendering.text.isEmpty, "\(block)")
    }

    @Test("Every block of YAML is YAML, and every autoscaler in one aims at a KustoSink")
    func blocks() throws {
        var targets = 0
        for example in try Self.examples() {
            for document in try example.documents {
                guard let target = document["spec"]?["scaleTargetRef"] else { continue }
                targets += 1
                #expect(target["apiVersion"]?.stringValue == KustoSink.kind.apiVersion, "\(example)")
                #expect(target["kind"]?.stringValue == KustoSink.kind.kind, "\(example)")
            }
        }
        #expect(targets > 0)
    }

    @Test("The operator's rights are all explained, and no others")
    func rights() throws {
        var rights: Set<String> = []
        for file in ["operator-role.yaml", "leader-election-role.yaml"] {
            let text = try DocumentationPage("manifests/base/\(file)").text
            for role in try JSONValue.yamlDocuments(in: text) {
                for rule in role["rules"]?.arrayValue ?? [] {
                    let verbs = (rule["verbs"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
                    let group = rule["apiGroups"]?[0]?.stringValue ?? ""
                    for resource in (rule["resources"]?.arrayValue ?? []).compactMap(\.stringValue) {
                        // Of a subresource the group stands before the slash, as kubectl has it.
                        var parts = resource.split(separator: "/").map(String.init)
                        if !group.isEmpty { parts[0] += ".\(group)" }
                        rights.insert("\(parts.joined(separator: "/")): \(verbs)")
                    }
                }
            }
        }
        let rows = try DocumentationPage("docs/install.md").rows(of: "## What the operator may do")
        let told = rows.flatMap { row in DocumentationPage.quoted(row[0]).map { "\($0): \(row[1])" } }
        #expect(Set(told) == rights)
        #expect(told.count == rights.count)
    }
}
