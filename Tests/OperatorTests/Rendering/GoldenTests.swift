import Foundation
import JSON
import Kubernetes
import Testing
import YAML

@testable import Operator

/// Compares what is rendered with files, byte for byte; `UPDATE_GOLDEN=1` writes them anew.
@Suite("Rendered sinks, byte for byte")
struct GoldenTests {
    @Test("are what the golden files say", arguments: GoldenCase.all)
    func golden(_ golden: GoldenCase) throws {
        let rendered = try SinkRenderer.render(golden.input)
        try Self.compare(Self.text(of: rendered), with: golden.name)
    }

    /// The properties, then the objects, the warnings in front.
    private static func text(of rendered: RenderedSink) -> String {
        let warnings = rendered.warnings.map { "# warning: \($0)\n" }.joined()
        let properties = rendered.properties.sorted { $0.key < $1.key }.map { "# \($0.key)=\($0.value)\n" }.joined()
        return warnings + properties + rendered.objects.map { "---\n\($0.json.yaml)" }.joined()
    }

    private static func compare(_ text: String, with name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Golden/\(name).yaml"
        )
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected, "\(name).yaml differs; run with UPDATE_GOLDEN=1 and look at the difference")
    }
}

/// One golden file.
struct GoldenCase: CustomTestStringConvertible {
    let name: String
    let input: RenderInput

    var testDescription: String { name }

    static let all = [
        GoldenCase(name: "minimal", input: SampleSinks.input(SampleSinks.minimal)),
        GoldenCase(name: "telemetry", input: SampleSinks.input(SampleSinks.telemetry, hasPodMonitors: true)),
        GoldenCase(name: "everything", input: SampleSinks.input(SampleSinks.everything)),
        GoldenCase(name: "registry", input: SampleSinks.input(SampleSinks.registry)),
        GoldenCase(name: "security", input: SampleSinks.input(SampleSinks.security)),
        GoldenCase(name: "stores", input: SampleSinks.input(SampleSinks.stores)),
        GoldenCase(name: "workload-identity", input: SampleSinks.input(SampleSinks.workloadIdentity)),
        GoldenCase(
            name: "strimzi",
            input: SampleSinks.input(SampleSinks.strimzi, strimzi: SampleSinks.strimziConnection)
        ),
        GoldenCase(
            name: "template",
            input: SampleSinks.input(
                SampleSinks.templated,
                object: SampleSinks.object(
                    annotations: ["kubectl.kubernetes.io/restartedAt": "2026-01-02T03:04:05Z", "other": "not copied"]
                )
            )
        ),
    ]
}
