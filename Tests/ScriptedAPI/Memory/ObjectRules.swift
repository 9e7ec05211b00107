internal import JSON
internal import Kubernetes

/// What the real server knows of the kinds: which have a status of their own, which count generations, what is filled
/// in, and what may not change.
enum ObjectRules {
    private static let withoutStatus: Set<String> = [
        "Secret", "ConfigMap", "ServiceAccount", "Lease", "Event", "NetworkPolicy",
    ]
    private static let withoutGeneration: Set<String> = [
        "Secret", "ConfigMap", "ServiceAccount", "Lease", "Event", "Service", "Pod",
    ]

    /// Whether the status is written through a subresource only.
    static func hasStatus(_ kind: ResourceKind) -> Bool { !withoutStatus.contains(kind.kind) }

    /// Whether the server counts the changes of the spec.
    static func hasGeneration(_ kind: ResourceKind) -> Bool { !withoutGeneration.contains(kind.kind) }

    /// What a change of which is a new generation.
    static func spec(of json: JSONValue) -> JSONValue {
        var members = json.objectValue ?? [:]
        for name in ["metadata", "status", "apiVersion", "kind"] { members[name] = nil }
        return .object(members)
    }

    /// What the server fills in and no manager owns.
    static func defaulted(_ json: JSONValue, _ kind: ResourceKind) -> JSONValue {
        guard kind.kind == "Deployment", json["spec"]?["replicas"] == nil else { return json }
        var json = json
        FieldTree.set(1, at: FieldPath([.member("spec"), .member("replicas")]), in: &json)
        return json
    }

    /// Refuses changes of what may not change.
    static func check(
        _ new: JSONValue,
        replacing old: JSONValue,
        _ reference: ObjectReference
    ) throws(APIError) {
        func immutable(_ path: String...) throws(APIError) {
            guard read(path, in: new) != read(path, in: old) else { return }
            throw invalid(reference, path.joined(separator: "."), "field is immutable")
        }
        if reference.kind.kind == "Deployment" { try immutable("spec", "selector") }
        if ["Secret", "ConfigMap"].contains(reference.kind.kind), old["immutable"]?.boolValue == true {
            try immutable("data")
            try immutable("stringData")
            try immutable("immutable")
        }
        guard old["metadata"]?["deletionTimestamp"] != nil else { return }
        let finalizers = Set(old["metadata"]?["finalizers"]?.arrayValue ?? [])
        guard finalizers.isSuperset(of: new["metadata"]?["finalizers"]?.arrayValue ?? []) else {
            throw invalid(
                reference,
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted"
            )
        }
    }

    static func invalid(_ reference: ObjectReference, _ field: String, _ message: String) -> APIError {
        APIError(
            .invalid,
            "\(reference) is invalid: \(field): \(message)",
            status: 422,
            causes: [.init(reason: "FieldValueInvalid", field: field, message: message)]
        )
    }

    private static func read(_ path: [String], in json: JSONValue) -> JSONValue? {
        var node: JSONValue? = json
        for name in path { node = node?[name] }
        return node
    }
}
