package import JSON
package import Kubernetes

/// One call of a ``MemoryAPI``.
package struct MemoryRequest: Sendable, Hashable {
    /// What is asked.
    package enum Verb: String, Sendable, Hashable {
        case get, list, watch, read, create, replace, apply, patch, delete

        /// Whether the call is meant to change something.
        package var isWrite: Bool {
            switch self {
            case .create, .replace, .apply, .patch, .delete: true
            case .get, .list, .watch, .read: false
            }
        }
    }

    /// What is asked.
    package let verb: Verb
    /// The kind of the objects; `nil` for ``Verb/read``.
    package let kind: ResourceKind?
    /// The namespace; empty for all of them.
    package let namespace: String
    /// The object's name; of a list or a watch what its field selector says, as for a server's authorizer, else
    /// empty; the path for ``Verb/read``.
    package let name: String
    /// `status`, `scale` or `nil`.
    package let subresource: String?
    /// The field manager, or `nil`.
    package let manager: String?
    /// What was sent, or `nil`.
    package let body: JSONValue?

    init(
        _ verb: Verb,
        _ kind: ResourceKind?,
        namespace: String = "",
        name: String = "",
        subresource: String? = nil,
        manager: String? = nil,
        body: JSONValue? = nil
    ) {
        self.verb = verb
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.subresource = subresource
        self.manager = manager
        self.body = body
    }

    init(_ verb: Verb, _ scope: ObjectScope) {
        let selected = scope.fieldSelector.flatMap { $0.wholeMatch(of: /metadata\.name=([^,]+)/) }
        self.init(
            verb,
            scope.kind,
            namespace: scope.namespace ?? "",
            name: selected.map { String($0.output.1) } ?? ""
        )
    }

    init(
        _ verb: Verb,
        _ reference: ObjectReference,
        subresource: String? = nil,
        manager: String? = nil,
        body: JSONValue? = nil
    ) {
        self.init(
            verb,
            reference.kind,
            namespace: reference.namespace,
            name: reference.name,
            subresource: subresource,
            manager: manager,
            body: body
        )
    }
}
