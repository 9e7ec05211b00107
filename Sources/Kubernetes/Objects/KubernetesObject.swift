package import JSON

/// An object of the API: its JSON, and what every object's metadata says.
package struct KubernetesObject: Sendable, Hashable {
    /// The whole object.
    package var json: JSONValue

    /// Takes an object as it is.
    package init(_ json: JSONValue) { self.json = json }

    /// The object's group and version, as in `apiVersion`; empty in the items of a list of built-in kinds.
    package var apiVersion: String { json["apiVersion"]?.stringValue ?? "" }
    /// The object's kind; empty in the items of a list of built-in kinds.
    package var kind: String { json["kind"]?.stringValue ?? "" }
    /// The object's name.
    package var name: String { metadata("name") ?? "" }
    /// The object's namespace; empty for an object of the whole cluster.
    package var namespace: String { metadata("namespace") ?? "" }
    /// What tells the object from an earlier one of the same name.
    package var uid: String { metadata("uid") ?? "" }
    /// The version that the server gave it last; to be compared for equality only.
    package var resourceVersion: String { metadata("resourceVersion") ?? "" }
    /// How often the spec has changed; 0 when the server does not count it.
    package var generation: Int { json["metadata"]?["generation"]?.intValue ?? 0 }
    /// When deletion was asked for, or `nil`.
    package var deletionTimestamp: String? { metadata("deletionTimestamp") }
    /// The labels.
    package var labels: [String: String] { texts("labels") }
    /// The annotations.
    package var annotations: [String: String] { texts("annotations") }
    /// What keeps the object from being removed.
    package var finalizers: [String] { json["metadata"]?["finalizers"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    /// The owner that controls the object, or `nil`.
    package var controller: (kind: String, name: String, uid: String)? {
        let owner = json["metadata"]?["ownerReferences"]?.arrayValue?.first { $0["controller"]?.boolValue == true }
        guard let owner, let kind = owner["kind"]?.stringValue, let name = owner["name"]?.stringValue else {
            return nil
        }
        return (kind, name, owner["uid"]?.stringValue ?? "")
    }

    private func metadata(_ name: String) -> String? { json["metadata"]?[name]?.stringValue }

    private func texts(_ name: String) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in json["metadata"]?[name]?.objectValue ?? [:] { texts[key] = value.stringValue }
        return texts
    }
}
