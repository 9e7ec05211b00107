import JSON
import Kubernetes
import Metrics
import Testing

@testable import Operator

@Suite("Metrics of sinks")
struct SinkMetricsTests {
    private let registry = MetricsRegistry()
    private let metrics: SinkMetrics

    init() { metrics = SinkMetrics(registry: registry) }

    private func sink(_ name: String, scaling: JSONValue? = nil) throws -> KustoSink {
        var json = try SinkSamples.object(SinkSamples.smallest).json
            .setting(.string(name), at: ["metadata", "name"]).setting("data", at: ["metadata", "namespace"])
        if let scaling { json = json.setting(scaling, at: ["spec", "scaling"]) }
        return KustoSink(decoding: KubernetesObject(json))
    }

    private func show(_ sink: KustoSink, _ conditions: [(String, String)]) {
        let list = conditions.map { ["type": .string($0.0), "status": .string($0.1)] as JSONValue }
        metrics.update(sink.key, StatusInput(sink: sink), status: ["conditions": .array(list)])
    }

    private func lines(_ name: String, of sink: String) -> Set<String> {
        Set(
            registry.render().split(separator: "\n").filter {
                $0.hasPrefix("kusto_sink_operator_\(name){") && $0.contains("name=\"\(sink)\"")
            }.map(String.init)
        )
    }

    @Test("A condition is 1, 0 or -1, is absent when the sink has none, and goes with the sink")
    func conditions() throws {
        let (one, other) = (try sink("one"), try sink("other"))
        func line(_ sink: String, _ type: String, _ value: Int) -> String {
            "kusto_sink_operator_condition{name=\"\(sink)\",namespace=\"data\",type=\"\(type)\"} \(value)"
        }
        show(one, [("Ready", "False"), ("Reconciling", "True"), ("SecretsResolved", "Unknown")])
        show(other, [("Ready", "True")])
        #expect(
            lines("condition", of: "one")
                == [line("one", "Ready", 0), line("one", "Reconciling", 1), line("one", "SecretsResolved", -1)]
        )
        show(one, [("Ready", "True"), ("SecretsResolved", "True")])
        #expect(lines("condition", of: "one") == [line("one", "Ready", 1), line("one", "SecretsResolved", 1)])
        metrics.forget(one.key)
        #expect(lines("condition", of: "one") == [])
        #expect(lines("condition", of: "other") == [line("other", "Ready", 1)])
    }

    @Test("The limit is there in mode Lag alone, survives a bad edit, and goes with the sink")
    func limit() throws {
        let limit = "kusto_sink_operator_max_replicas{name=\"one\",namespace=\"data\"} 7"
        show(try sink("one", scaling: ["mode": "Lag", "maxReplicas": 7]), [])
        #expect(lines("max_replicas", of: "one") == [limit])
        show(try sink("one", scaling: ["mode": "Sideways", "maxReplicas": 9]), [])
        #expect(lines("max_replicas", of: "one") == [limit])
        show(try sink("one"), [])
        #expect(lines("max_replicas", of: "one") == [])
        let scaled = try sink("one", scaling: ["mode": "Lag", "maxReplicas": 7])
        show(scaled, [])
        #expect(lines("max_replicas", of: "one") == [limit])
        metrics.forget(scaled.key)
        #expect(lines("max_replicas", of: "one") == [])
    }
}
