/// Which objects a list or a watch is about.
package struct ObjectScope: Sendable, Hashable, CustomStringConvertible {
    /// The kind of the objects.
    package let kind: ResourceKind
    /// The namespace, or `nil` for all of them.
    package let namespace: String?
    /// A label selector such as `app=x,team=y`, or `nil` for all.
    package let labelSelector: String?
    /// A field selector such as `metadata.name=x`, or `nil` for all.
    package let fieldSelector: String?

    /// Creates a scope.
    package init(
        _ kind: ResourceKind,
        namespace: String? = nil,
        labelSelector: String? = nil,
        fieldSelector: String? = nil
    ) {
        self.kind = kind
        self.namespace = namespace
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
    }

    package var description: String { "\(kind) in \(namespace ?? "all namespaces")" }
}
