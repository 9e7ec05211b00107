import Testing

@testable import Operator

@Suite("Names and amounts in rendered objects")
struct ChildNamesTests {
    @Test("Names are those of the sink, and short and unique when that is long or has dots")
    func names() {
        let plain = ChildNames("telemetry")
        #expect(plain.deployment == "telemetry-worker" && plain.service == "telemetry-metrics")
        #expect(plain.config("0123456789abcdef") == "telemetry-config-0123456789abcdef")
        let sinks = [
            String(repeating: "a", count: 47), String(repeating: "a", count: 200), String(repeating: "a", count: 201),
            "a.b", "a-b", String(repeating: "-.", count: 30) + "a", "1st",
        ]
        for kind in [\ChildNames.deployment, \.service, \.label] {
            let all = sinks.map { ChildNames($0)[keyPath: kind] }
            #expect(Set(all).count == sinks.count)
            #expect(all.allSatisfy { $0.utf8.count <= 63 && !$0.isEmpty })
        }
        for sink in sinks {
            let names = ChildNames(sink)
            #expect(names.deployment.wholeMatch(of: /[a-z0-9-]*[a-z0-9]/) != nil)
            #expect(names.service.wholeMatch(of: /[a-z]([-a-z0-9]*[a-z0-9])?/) != nil || sink.hasPrefix("-"))
            #expect(names.config("0123456789abcdef").utf8.count <= 63)
        }
        #expect(ChildNames(String(repeating: "b", count: 56)).deployment.count == 63)
    }

    @Test("The ConfigMap of a configuration is known by its name")
    func config() {
        for sink in ["telemetry", "a.b", String(repeating: "x", count: 100)] {
            let names = ChildNames(sink)
            #expect(names.isConfig(names.config("0123456789abcdef")))
            #expect(!names.isConfig(ChildNames(sink + "y").config("0123456789abcdef")))
            #expect(!names.isConfig(names.config("0123456789abcdeg")) && !names.isConfig("0123456789abcdef"))
        }
        #expect(!ChildNames("telemetry").isConfig("telemetry-config-password"))
    }

    @Test(
        "Amounts are read as Kubernetes reads them",
        arguments: [
            ("256Mi", 268_435_456), ("1.5Gi", 1_610_612_736), ("100m", 0.1), ("1e3", 1000), ("5", 5), ("2k", 2000),
            ("1E", 1e18), ("3Ei", 3 * 0x1p60), ("-1", -1), ("x", nil), ("1Xi", nil), ("", nil), ("1 Mi", nil),
        ] as [(String, Double?)]
    )
    func quantity(text: String, value: Double?) { #expect(Quantity.value(of: text) == value) }

    @Test("Times are rounded up to whole milliseconds")
    func durations() {
        #expect(Duration.microseconds(1).wholeMilliseconds == 1 && Duration.seconds(2).wholeMilliseconds == 2000)
        #expect(Duration.milliseconds(1500).wholeSeconds == 2 && Duration.seconds(2).wholeSeconds == 2)
    }
}
