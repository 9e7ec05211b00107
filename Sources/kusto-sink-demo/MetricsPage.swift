/// A worker's page of metrics.
struct MetricsPage: Sendable {
    /// The lines with values, as they came.
    let lines: [String]

    init(_ text: String) {
        lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    /// The sum of a metric over its labels, or `nil` when it is not there.
    func sum(_ name: String) -> Double? {
        let values = lines(of: name).compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
        return values.isEmpty ? nil : values.reduce(0, +)
    }

    /// The lines of a metric.
    func lines(of name: String) -> [String] {
        lines.filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
    }
}
