internal import JSON

/// The labels of what the operator makes for a sink.
package struct ChildLabels: Sendable, Hashable {
    /// The label that names the sink.
    package static let sink = "kustosink.dev/sink"
    /// The value of `app.kubernetes.io/managed-by`, by which the operator knows what is its own.
    package static let manager = "kustosink-operator"
    /// The label that says who manages an object.
    package static let managedBy = "app.kubernetes.io/managed-by"

    private static let name = ("app.kubernetes.io/name", "kusto-sink-worker")

    private let label: String

    /// Creates the labels for the sink called `sink`.
    package init(_ sink: String) { label = ChildNames(sink).label }

    /// What selects the pods; it can never change, since a Deployment's selector cannot.
    package var selector: [String: String] { [Self.name.0: Self.name.1, Self.sink: label] }

    /// The selector as `status.selector` has it.
    package var selectorText: String {
        selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// All labels.
    package var all: [String: String] {
        selector.merging([
            "app.kubernetes.io/instance": label, "app.kubernetes.io/component": "worker",
            "app.kubernetes.io/part-of": "kusto-sink", Self.managedBy: Self.manager,
        ]) { ours, _ in ours }
    }
}
