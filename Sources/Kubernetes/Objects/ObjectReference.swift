/// Names one object: its kind, namespace and name.
package struct ObjectReference: Sendable, Hashable, CustomStringConvertible {
    /// The object's kind.
    package let kind: ResourceKind
    /// The object's namespace.
    package let namespace: String
    /// The object's name.
    package let name: String

    /// Creates a reference.
    package init(_ kind: ResourceKind, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(kind.kind) \(namespace)/\(name)" }
}
