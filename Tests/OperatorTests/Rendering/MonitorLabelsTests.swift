import Daemon
import JSON
import Kubernetes
import Testing

@testable import Operator

@Suite("The labels of workers' PodMonitors")
struct MonitorLabelsTests {
    @Test("are put on PodMonitors alone, beside the operator's own")
    func rendered() throws {
        let labels = try MonitorLabels(parsing: ["release=prometheus", "example.com/team="])
        let input = SampleSinks.input(SampleSinks.everything, hasPodMonitors: true, podMonitorLabels: labels)
        let objects = try SinkRenderer.render(input).objects
        let own = ChildLabels("telemetry").all
        var count = 0
        for object in objects {
            let isMonitor = object.kind == "PodMonitor"
            let expected = isMonitor ? own.merging(labels.values) { $1 } : own
            let found = object.json["metadata"]?["labels"]?.objectValue ?? [:]
            #expect(found.count == expected.count, "\(object.kind)")
            for (key, value) in expected { #expect(found[key]?.stringValue == value, "\(object.kind) \(key)") }
            count += isMonitor ? 1 : 0
        }
        #expect(count == 1 && objects.count > 3)
    }

    @Test("change nothing but the PodMonitor, so that no worker is rolled for them")
    func rollsNothing() throws {
        let labels = try MonitorLabels(parsing: ["release=prometheus"])
        let plain = try SinkRenderer.render(SampleSinks.input(SampleSinks.everything, hasPodMonitors: true))
        let labelled = try SinkRenderer.render(
            SampleSinks.input(SampleSinks.everything, hasPodMonitors: true, podMonitorLabels: labels)
        )
        #expect(plain.objects.count == labelled.objects.count)
        let changed = zip(plain.objects, labelled.objects).filter { $0 != $1 }.map(\.0.kind)
        #expect(changed == ["PodMonitor"])
    }

    @Test(
        "are refused with the option, what is wrong and what to do",
        arguments: [
            (["release"], "--pod-monitor-label release: give KEY=VALUE, such as release=prometheus"),
            (["=x"], "--pod-monitor-label =x: the key must be a label's key"),
            (["a b=x"], "--pod-monitor-label a b=x: the key must be a label's key"),
            (["release=a=b"], "--pod-monitor-label release=a=b: the value must be a label's value"),
            (["release=-x"], "--pod-monitor-label release=-x: the value must be a label's value"),
            (
                ["app.kubernetes.io/managed-by=me"],
                "--pod-monitor-label app.kubernetes.io/managed-by=me: the operator sets this label itself"
            ), (["a=1", "b=2", "a=1"], "--pod-monitor-label a=1: the key is given twice"),
            (
                [String(repeating: "a", count: 254) + "/b=x"],
                "--pod-monitor-label \(String(repeating: "a", count: 254))/b=x: the key must be a label's key"
            ),
        ]
    )
    func refused(texts: [String], told: String) throws {
        let error = #expect(throws: ExitError.self) { try MonitorLabels(parsing: texts) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix(told) == true, "\(error?.message ?? "")")
    }
}
