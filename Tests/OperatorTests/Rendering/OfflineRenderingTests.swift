import Foundation
import JSON
import Testing
import YAML

@testable import Operator

@Suite("Rendering the sinks of a file")
struct OfflineRenderingTests {
    private static let secret = """
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: adx, namespace: data}
        stringData: {secret: hunter2-in-plain, unused: other}
        data: {id: aHVudGVyMi1lbmNvZGVk}
        """

    private static let sink = """
        ---
        apiVersion: kustosink.dev/v1alpha1
        kind: KustoSink
        metadata: {name: telemetry, namespace: data}
        spec:
          kafka: {bootstrapServers: ["broker-1:9092"]}
          kusto:
            ingestionUrl: https://ingest-c.westeurope.kusto.windows.net
            auth:
              tenantId: {value: contoso.example}
              clientId: {secretKeyRef: {name: adx, key: id}}
              clientSecret: {secretKeyRef: {name: adx, key: secret}}
          topics:
          - {topic: orders, database: shop, table: Orders, format: json}

        """

    private static func render(_ yaml: String) throws -> OfflineRendering {
        let file = SinkFile(documents: try JSONValue.yamlDocuments(in: yaml))
        return OfflineRendering(file, settings: WorkerSettings(image: "worker"))
    }

    @Test("prints what would be applied, and never a secret's value")
    func output() throws {
        let rendering = try Self.render(Self.sink + Self.secret)
        #expect(rendering.problems == [] && rendering.warnings == [])
        let kinds = try JSONValue.yamlDocuments(in: rendering.text).compactMap { $0["kind"]?.stringValue }
        #expect(kinds == ["ServiceAccount", "ConfigMap", "Service", "Deployment"])
        let config = try #require(
            JSONValue.yamlDocuments(in: rendering.text)[1]["data"]?["sink.properties"]?.stringValue
        )
        for value in ["hunter2-in-plain", "hunter2-encoded", "aHVudGVyMi1lbmNvZGVk", "aHVudGVyMi1pbi1wbGFpbg=="] {
            #expect(!(rendering.text + config).contains(value))
        }
        #expect(config.contains("aad.auth.appid=${directory:/etc/kusto-sink/secrets/adx:id}\n"))
    }

    @Test("sees a rotated Secret of the file by its used keys alone")
    func rotation() throws {
        let base = try Self.render(Self.sink + Self.secret).text
        #expect(try Self.render(Self.sink + Self.secret.replacing("other", with: "changed")).text == base)
        #expect(try Self.render(Self.sink + Self.secret.replacing("hunter2-in-plain", with: "new")).text != base)
        #expect(
            try Self.render(Self.sink + Self.secret.replacing("namespace: data", with: "namespace: x")).text != base
        )
        let lacking = try Self.render(
            Self.sink + Self.secret.replacing("unused", with: "a").replacing("id:", with: "b:")
        )
        #expect(lacking.warnings == ["data/telemetry: the Secret adx of this file lacks the key id"])
    }

    @Test("tells every problem of every sink on a line of its own")
    func problems() throws {
        let text =
            Self.sink.replacing("format: json", with: "format: parquet")
            + Self.sink.replacing("telemetry", with: "Bad_Name").replacing("v1alpha1", with: "v9")
            + Self.sink.replacing("topics", with: "topic")
        let rendering = try Self.render(text)
        let starts = rendering.problems.map { $0.split(separator: ":").prefix(2).joined(separator: ":") }
        #expect(
            starts == [
                "data/telemetry: spec.topics[0].format", "data/Bad_Name: apiVersion", "data/Bad_Name: metadata.name",
                "data/telemetry: spec.topics", "data/telemetry: spec.topic",
            ]
        )
        #expect(rendering.text.isEmpty)
        #expect(rendering.problems.allSatisfy { !$0.contains("\n") })
    }

    @Test("reads lists, and stands in for what Strimzi's resources say")
    func lists() throws {
        let sink = Self.sink.replacing(
            "bootstrapServers: [\"broker-1:9092\"]",
            with: "clusterRef: {name: events, listener: tls}, userRef: {name: me}"
        )
        let document = try JSONValue(parsingYAML: sink)
        let file = SinkFile(documents: [["apiVersion": "v1", "kind": "List", "items": [document]]])
        let rendering = OfflineRendering(file, settings: WorkerSettings(image: "worker"))
        #expect(rendering.problems == [] && rendering.warnings.count == 1)
        #expect(rendering.text.contains("events-cluster-ca-cert"))
    }

    @Test(
        "says what is wrong with a file",
        arguments: [
            ("a: [", "is not YAML"), ("", "holds no KustoSink (kustosink.dev/v1alpha1)"),
            ("{apiVersion: v1, kind: ConfigMap}", "holds no KustoSink (kustosink.dev/v1alpha1), but a ConfigMap"),
            (
                "{apiVersion: kafka.strimzi.io/v1, kind: KafkaConnector}",
                "but a KafkaConnector of kafka.strimzi.io; make one of it with: kusto-sink-operator migrate /"
            ),
        ]
    )
    func files(text: String, expected: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try text.write(to: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: SinkFile.Failure.self) { try SinkFile(path: file.path) }
        #expect(error?.message.contains(expected) == true)
        let missing = #expect(throws: SinkFile.Failure.self) { try SinkFile(path: "/nowhere/sink.yaml") }
        #expect(
            missing?.message
                == "/nowhere/sink.yaml cannot be read: there is no such file, nor is there the directory /nowhere; mount it, or correct the path"
        )
    }
}
