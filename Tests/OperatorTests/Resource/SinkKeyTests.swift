import Operator
import Testing

@Suite("A sink's key")
struct SinkKeyTests {
    @Test("is written as namespace and name")
    func description() { #expect("\(SinkKey(namespace: "data", name: "telemetry"))" == "data/telemetry") }
}
