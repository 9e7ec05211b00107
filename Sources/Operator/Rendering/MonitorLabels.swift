package import Daemon

/// The labels that PodMonitors of workers have beside the operator's own, by which a Prometheus selects them.
package struct MonitorLabels: Sendable, Hashable {
    /// The labels' values by their keys.
    package let values: [String: String]

    /// No labels.
    package init() { values = [:] }

    /// Reads labels from a command line, each written as `KEY=VALUE`.
    /// - Throws: `ExitError` with `usage` when one is no label, is given twice, or has a key of the operator's own.
    package init(parsing texts: [String]) throws(ExitError) {
        var values: [String: String] = [:]
        for text in texts {
            func refuse(_ remedy: String) -> ExitError { ExitError(.usage, "--pod-monitor-label \(text): \(remedy)") }
            guard let equals = text.firstIndex(of: "=") else {
                throw refuse("give KEY=VALUE, such as release=prometheus")
            }
            let (key, value) = (String(text[..<equals]), String(text[text.index(after: equals)...]))
            // The domain before the slash has a limit of its own, which the form of a key does not say.
            let domain = key.split(separator: "/", omittingEmptySubsequences: false).dropLast().first ?? ""
            guard SchemaPattern.labelKey.matches(key), domain.utf8.count <= 253 else {
                throw refuse("the key must be \(SchemaPattern.labelKey.expectation)")
            }
            guard SchemaPattern.labelValue.matches(value) else {
                throw refuse("the value must be \(SchemaPattern.labelValue.expectation)")
            }
            guard ChildLabels("sink").all[key] == nil else {
                throw refuse("the operator sets this label itself; give another one, and select PodMonitors by that")
            }
            guard values.updateValue(value, forKey: key) == nil else { throw refuse("the key is given twice") }
        }
        self.values = values
    }
}
