import Metrics
import Testing

@testable import Operator

@Suite("Metrics of scaling")
struct ScalingMetricsTests {
    @Test("are there by sink, and go with it")
    func lifeCycle() {
        let registry = MetricsRegistry()
        let metrics = ScalingMetrics(registry: registry)
        let (key, other) = (SinkKey(namespace: "data", name: "a"), SinkKey(namespace: "data", name: "b"))
        func outcome(_ desired: Int, lagSeconds: Int?) -> ScalingOutcome {
            .init(
                desired: desired,
                reason: .lagAboveTarget,
                message: "",
                lag: 500,
                lagSeconds: lagSeconds,
                memory: ScalingMemory()
            )
        }
        metrics.record(outcome(3, lagSeconds: 12), of: key, current: 1)
        metrics.record(outcome(3, lagSeconds: nil), of: other, current: 3)
        metrics.countReadingFailure(of: key)
        let text = registry.render()
        for line in [
            "kusto_sink_operator_lag{name=\"a\",namespace=\"data\"} 500",
            "kusto_sink_operator_lag_seconds{name=\"a\",namespace=\"data\"} 12",
            "kusto_sink_operator_desired_replicas{name=\"a\",namespace=\"data\"} 3",
            "kusto_sink_operator_lag_scrape_errors_total{name=\"a\",namespace=\"data\"} 1",
            """
            kusto_sink_operator_scale_events_total{direction="out",name="a",namespace="data",reason="LagAboveTarget"} 1
            """,
            "kusto_sink_operator_desired_replicas{name=\"b\",namespace=\"data\"} 3",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(!text.contains("scale_events_total{direction=\"out\",name=\"b\""))
        #expect(!text.contains("lag_seconds{name=\"b\""))
        metrics.record(outcome(3, lagSeconds: nil), of: key, current: 3)
        #expect(!registry.render().contains("lag_seconds{name=\"a\""))
        metrics.remove(key)
        #expect(!registry.render().contains("name=\"a\""))
        #expect(registry.render().contains("name=\"b\""))
    }
}
