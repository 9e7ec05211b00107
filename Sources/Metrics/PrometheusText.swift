/// The Prometheus text exposition format, version 0.0.4.
enum PrometheusText {
    static func render(_ families: [String: MetricsRegistry.Family]) -> String {
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.members.isEmpty {
            text += "# HELP \(name) \(escapeHelp(family.help))\n# TYPE \(name) \(family.kind)\n"
            let members = family.members.sorted { $0.key.text < $1.key.text }
            for (key, handle) in members { append(name, key.text, handle, to: &text) }
        }
        return text
    }

    /// One label as the format writes it.
    static func label(_ name: String, _ value: String) -> String { "\(name)=\"\(escapeLabel(value))\"" }

    private static func append(
        _ name: String,
        _ labels: String,
        _ handle: MetricsRegistry.Handle,
        to text: inout String
    ) {
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        switch handle {
        case .counter(let counter): text += "\(name)\(braced) \(counter.value)\n"
        case .reading(let read): text += "\(name)\(braced) \(number(read()))\n"
        case .gauge(let gauge): text += "\(name)\(braced) \(number(gauge.value))\n"
        case .histogram(let histogram):
            let state = histogram.snapshot()
            let first = labels.isEmpty ? "" : labels + ","
            var cumulative = 0
            for (bound, count) in zip(histogram.bounds, state.counts) {
                cumulative += count
                text += "\(name)_bucket{\(first)le=\"\(number(bound))\"} \(cumulative)\n"
            }
            text += "\(name)_bucket{\(first)le=\"+Inf\"} \(state.count)\n"
            text += "\(name)_sum\(braced) \(number(state.sum))\n"
            text += "\(name)_count\(braced) \(state.count)\n"
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        return String(value)
    }

    private static func escapeLabel(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func escapeHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }
}
