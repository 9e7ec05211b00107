/// The Prometheus text exposition format, version 0.0.4.
enum PrometheusText {
    static func render(_ families: [String: MetricsRegistry.Family]) -> String {
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.members.isEmpty {
            text += "# HELP \(name) \(escapeHelp(family.help))\n# TYPE \(name) \(family.kind)\n"
            let members = family.members.sorted { labels($0.key.pairs) < labels($1.key.pairs) }
            for (key, handle) in members { append(name, key.pairs, handle, to: &text) }
        }
        return text
    }

    private static func append(
        _ name: String,
        _ pairs: [(name: String, value: String)],
        _ handle: MetricsRegistry.Handle,
        to text: inout String
    ) {
        switch handle {
        case .counter(let counter): text += "\(name)\(labels(pairs)) \(counter.value)\n"
        case .gauge(let gauge): text += "\(name)\(labels(pairs)) \(number(gauge.value))\n"
        case .histogram(let histogram):
            let state = histogram.snapshot()
            var cumulative = 0
            for (bound, count) in zip(histogram.bounds, state.counts) {
                cumulative += count
                text += "\(name)_bucket\(labels(pairs + [("le", number(bound))])) \(cumulative)\n"
            }
            text += "\(name)_bucket\(labels(pairs + [("le", "+Inf")])) \(state.count)\n"
            text += "\(name)_sum\(labels(pairs)) \(number(state.sum))\n"
            text += "\(name)_count\(labels(pairs)) \(state.count)\n"
        }
    }

    private static func labels(_ pairs: [(name: String, value: String)]) -> String {
        guard !pairs.isEmpty else { return "" }
        return "{" + pairs.map { "\($0.name)=\"\(escapeLabel($0.value))\"" }.joined(separator: ",") + "}"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        return String(value)
    }

    private static func escapeLabel(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func escapeHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }
}
