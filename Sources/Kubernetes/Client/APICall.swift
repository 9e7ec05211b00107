internal import HTTP
internal import JSON

/// One request to the API server: what is asked, of which object, and how it goes on the wire.
struct APICall: Sendable {
    /// What RBAC calls the request.
    enum Verb: String, Sendable {
        case get, list, watch, create, update, patch, delete

        /// Whether the request changes something.
        var isWrite: Bool {
            switch self {
            case .get, .list, .watch: false
            case .create, .update, .patch, .delete: true
            }
        }

        var method: HTTPMethod {
            switch self {
            case .get, .list, .watch: .get
            case .create: .post
            case .update: .put
            case .patch: .patch
            case .delete: .delete
            }
        }
    }

    let verb: Verb
    /// The kind that it is about; `nil` for a path of discovery.
    var kind: ResourceKind?
    var namespace: String?
    var name: String?
    var subresource: String?
    let path: String
    var query: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var contentType = "application/json"
    /// The most bytes of the answer.
    var limit = 16 << 20

    /// A request about an object.
    init(_ verb: Verb, _ reference: ObjectReference, subresource: String? = nil) {
        self.verb = verb
        kind = reference.kind
        namespace = reference.namespace.isEmpty ? nil : reference.namespace
        name = reference.name
        self.subresource = subresource
        path = Self.path(reference.kind, namespace, reference.name, subresource)
    }

    /// A request about the objects of a scope, or the creation of one.
    init(_ verb: Verb, _ kind: ResourceKind, namespace: String?) {
        self.verb = verb
        self.kind = kind
        self.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        path = Self.path(kind, self.namespace, nil, nil)
    }

    /// A request for a path as it is.
    init(path: String) {
        verb = .get
        self.path = path
    }

    /// The path and the query, to be appended to the server's URL.
    var target: String {
        guard !query.isEmpty else { return path }
        let parts = query.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }
        return "\(path)?\(parts.joined(separator: "&"))"
    }

    /// What the request does, for people: `patch the status of Deployment shop/orders`.
    var action: String {
        guard let kind else { return "read \(path)" }
        let place = namespace.map { " in namespace \($0)" } ?? ""
        guard let name else { return "\(verb) \(verb == .create ? kind.kind : kind.description)\(place)" }
        let object = "\(kind.kind) \(namespace.map { "\($0)/" } ?? "")\(name)"
        return subresource.map { "\(verb) the \($0) of \(object)" } ?? "\(verb) \(object)"
    }

    /// The permission that RBAC wants for it: `the verb patch on deployments/scale of API group apps in namespace shop`.
    var permission: String {
        guard let kind else { return "the verb get on the nonResourceURL \(path)" }
        let resource = kind.plural + (subresource.map { "/\($0)" } ?? "")
        let group = kind.group.isEmpty ? "the core API group" : "API group \(kind.group)"
        return "the verb \(verb) on \(resource) of \(group) "
            + (namespace.map { "in namespace \($0)" } ?? "in the whole cluster")
    }

    private static func path(_ kind: ResourceKind, _ namespace: String?, _ name: String?, _ subresource: String?)
        -> String
    {
        var parts = kind.group.isEmpty ? ["api", kind.version] : ["apis", kind.group, kind.version]
        if let namespace { parts += ["namespaces", namespace] }
        parts.append(kind.plural)
        if let name { parts.append(name) }
        if let subresource { parts.append(subresource) }
        return "/" + parts.map(PercentEncoding.encode).joined(separator: "/")
    }
}
