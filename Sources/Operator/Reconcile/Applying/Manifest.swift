internal import Cryptography
internal import JSON
internal import Kubernetes

/// An object as the operator wants it, with a digest that is kept on the object itself.
///
/// The digest says, after a restart too, whether what was applied last is still what is wanted: a field that is wanted
/// no longer shows in no comparison with the live object.
struct Manifest: Sendable, Hashable {
    /// What is wanted.
    let wanted: KubernetesObject
    /// What is applied: what is wanted, with the digest as an annotation.
    let object: KubernetesObject
    /// The first 16 hexadecimal digits of the SHA-256 of what is wanted.
    let digest: String
    /// Which object it is about.
    let reference: ObjectReference

    /// Takes what rendering gave.
    init?(_ wanted: KubernetesObject) {
        guard let kind = ResourceKind.owned(by: wanted) else { return nil }
        self.wanted = wanted
        reference = ObjectReference(kind, namespace: wanted.namespace, name: wanted.name)
        digest = String(SHA256.hexadecimal(wanted.json.serialized()).prefix(16))
        object = KubernetesObject(
            wanted.json.setting(.string(digest), at: ["metadata", "annotations", SinkMarks.appliedAnnotation])
        )
    }
}

extension ResourceKind {
    /// The kinds of objects that sinks lead to; those that every cluster has.
    static let ownedKinds: [ResourceKind] = [
        .configMap, .serviceAccount, .service, .podDisruptionBudget, .networkPolicy, .deployment,
    ]

    /// A ReplicaSet, which keeps a revision of a Deployment.
    static let replicaSet = ResourceKind(group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets")

    /// The kind of an object that a sink leads to, by its `apiVersion` and `kind`.
    static func owned(by object: KubernetesObject) -> ResourceKind? {
        (ownedKinds + [.podMonitor]).first { $0.apiVersion == object.apiVersion && $0.kind == object.kind }
    }
}

extension JSONValue {
    /// Returns the value with a member set at a path of names; objects on the way are made where they are missing.
    func setting(_ value: JSONValue, at path: [String]) -> JSONValue {
        guard let first = path.first else { return value }
        var object = objectValue ?? [:]
        object[first] = (object[first] ?? .object([:])).setting(value, at: Array(path.dropFirst()))
        return .object(object)
    }

    /// Returns the value without the member at a path of names.
    func removing(_ path: [String]) -> JSONValue {
        guard let first = path.first, case .object(var object) = self, let member = object[first] else { return self }
        // Spelled out, for a bare `nil` beside a value is read as JSON's null.
        object[first] = path.count == 1 ? JSONValue?.none : member.removing(Array(path.dropFirst()))
        return .object(object)
    }
}
