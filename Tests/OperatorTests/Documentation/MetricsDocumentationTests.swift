import JSON
import Kubernetes
import Logging
import Metrics
import ScriptedAPI
import Testing

@testable import Kubernetes
@testable import Operator

@Suite("The operator's metrics in the documentation")
struct MetricsDocumentationTests {
    /// What a process tells in whose life everything has happened once.
    private static func registry() throws -> MetricsRegistry {
        let registry = MetricsRegistry()
        let logger = Logger(label: "test", sink: MemoryLogSink())
        let api = MemoryAPI()
        _ = ReconcileMetrics(registry: registry, controller: "kustosink", workers: 4)
        _ = WorkQueueMetrics(registry: registry, controller: "kustosink")
        RequestMetrics(registry: registry, server: "https://server:443").record(
            APICall(path: "/version"),
            status: 200,
            duration: .seconds(1)
        )
        let lease = ObjectReference(.lease, namespace: "system", name: "operator")
        _ = LeaderElector(api: api, lease: lease, identity: "me", registry: registry, logger: logger)
        watch(registry)
        let sink = try SinkSamples.object(SinkSamples.smallest)
        let recorder = EventRecorder(
            api: api,
            controller: "kustosink.dev/operator",
            instance: "me",
            registry: registry,
            logger: logger
        )
        // Nobody writes them, so that the queue overflows.
        for number in 0..<2000 {
            recorder.record(type: .normal, reason: "R\(number)", action: "Test", note: "", regarding: sink)
        }
        reconcile(sink, registry)
        return registry
    }

    private static func watch(_ registry: MetricsRegistry) {
        let metrics = WatchMetrics(registry: registry)
        let watch = metrics.begin(ObjectScope(KustoSink.kind))
        metrics.step(watch, isHeard: true)
        metrics.restarted(watch, .expired)
        _ = registry.render()
    }

    private static func reconcile(_ object: KubernetesObject, _ registry: MetricsRegistry) {
        let metrics = SinkMetrics(registry: registry)
        let sink = KustoSink(decoding: object)
        metrics.countStatusWrite(sink.key)
        metrics.countRotation(sink.key)
        let scaled = KustoSink(
            decoding: KubernetesObject(
                object.json.setting(["mode": "Lag", "maxReplicas": 4], at: ["spec", "scaling"])
            )
        )
        metrics.update(
            sink.key,
            StatusInput(sink: scaled),
            status: ["conditions": [["type": "Ready", "status": "True"]]]
        )
        let scaling = ScalingMetrics(registry: registry)
        let outcome = ScalingOutcome(
            desired: 2,
            reason: .lagAboveTarget,
            message: "",
            lag: 5,
            lagSeconds: 1,
            memory: ScalingMemory()
        )
        scaling.record(outcome, of: sink.key, current: 1)
        scaling.countReadingFailure(of: sink.key)
        // The collector must still find it.
        withExtendedLifetime(metrics) { _ = registry.render() }
    }

    /// Names of metrics with their kinds.
    private static func families(_ text: String) -> Set<String> {
        Set(text.matches(of: /# TYPE (\S+) (\S+)/).map { "\($0.output.1) \($0.output.2)" })
    }

    @Test("are those that the operator has, each with its kind")
    func table() throws {
        let rows = try DocumentationPage("docs/metrics.md").rows(of: "## The operator")
        let told = rows.flatMap { row in
            DocumentationPage.quoted(row[0]).map { "\($0.prefix { $0 != "{" }) \(row[1])" }
        }
        let known = Self.families(try Self.registry().render())
        #expect(Set(told).subtracting(known) == [])
        #expect(known.subtracting(told) == [])
        #expect(told.count == Set(told).count)
    }

    /// What the page says of a metric, without marks and links.
    private static func plain(_ text: String) -> String {
        text.replacing("`", with: "").replacing(/\[([^\]]*)\]\([^)]*\)/) { String($0.output.1) }
    }

    @Test("are said to be what their own help says")
    func help() throws {
        let rows = try DocumentationPage("docs/metrics.md").rows(of: "## The operator")
        let page = try Self.registry().render()
        let helps = page.matches(of: /# HELP (\S+) (.+)\./).map { (String($0.output.1), String($0.output.2)) }
        #expect(helps.count == Self.families(page).count, "each help is a sentence")
        for (name, help) in helps {
            let row = try #require(
                rows.first { $0[0].hasPrefix("`\(name)`") || $0[0].hasPrefix("`\(name){") },
                "\(name)"
            )
            let told = Self.plain(row[2])
            #expect(told.lowercased().hasPrefix(help.lowercased()), "\(name): '\(help)' and '\(told)'")
        }
    }
}
