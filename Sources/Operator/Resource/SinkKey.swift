/// Names one KustoSink.
package struct SinkKey: Sendable, Hashable, CustomStringConvertible {
    /// The namespace.
    package let namespace: String
    /// The name.
    package let name: String

    /// Creates a key.
    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(namespace)/\(name)" }
}
