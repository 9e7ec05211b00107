internal import JSON
internal import Kubernetes

extension MemoryServer {
    mutating func create(_ object: KubernetesObject, manager: String, at time: String) throws(APIError)
        -> KubernetesObject
    {
        let reference = try reference(of: object)
        guard entries[reference] == nil else {
            throw APIError(.alreadyExists, "\(reference) already exists", status: 409)
        }
        var json = object.json
        if ObjectRules.hasStatus(reference.kind) { json = Self.without("status", json) }
        json = born(json, reference, at: time)
        var owners = FieldOwners()
        owners.update(from: [:], to: Self.ownable(json), manager: manager)
        return commit(reference, json, owners)
    }

    mutating func replace(_ object: KubernetesObject, manager: String) throws(APIError) -> KubernetesObject {
        let reference = try reference(of: object)
        guard !object.resourceVersion.isEmpty else {
            throw ObjectRules.invalid(reference, "metadata.resourceVersion", "must be specified for an update")
        }
        return try update(reference, subresource: nil, manager: manager) { _ in object.json }
    }

    mutating func patch(
        _ reference: ObjectReference,
        subresource: String?,
        _ patch: ObjectPatch,
        manager: String
    ) throws(APIError) -> KubernetesObject {
        let reference = try served(reference)
        if subresource == "scale" { return try scale(reference, patch, manager: manager) }
        return try update(reference, subresource: subresource, manager: manager) { json throws(APIError) in
            try Self.patched(json, patch, reference)
        }
    }

    mutating func apply(_ object: KubernetesObject, manager: String, at time: String) throws(APIError)
        -> KubernetesObject
    {
        let reference = try reference(of: object)
        let entry = entries[reference]
        if !object.resourceVersion.isEmpty, object.resourceVersion != entry?.object.resourceVersion {
            throw Self.conflict(reference)
        }
        var fields = Self.ownable(object.json)
        if ObjectRules.hasStatus(reference.kind) { fields = Self.without("status", fields) }
        var owners = entry?.owners ?? FieldOwners()
        let merged: JSONValue
        do {
            let base = entry?.object.json ?? Self.identity(of: object)
            merged = try owners.apply(fields, to: base, manager: manager)
        } catch {
            throw ObjectRules.invalid(reference, error.path.description, "duplicate entries for the same key")
        }
        guard let old = entry?.object.json else {
            return commit(reference, born(merged, reference, at: time), owners)
        }
        let json = ObjectRules.defaulted(merged, reference.kind)
        try ObjectRules.check(json, replacing: old, reference)
        return commit(reference, json, owners)
    }

    mutating func delete(_ reference: ObjectReference, uid: String?, resourceVersion: String?, at time: String)
        throws(APIError) -> Bool
    {
        let reference = try served(reference)
        guard let entry = entries[reference] else { return false }
        let object = entry.object
        if let uid, uid != object.uid { throw Self.conflict(reference) }
        if let resourceVersion, resourceVersion != object.resourceVersion { throw Self.conflict(reference) }
        guard !object.finalizers.isEmpty else {
            remove(reference)
            return true
        }
        guard object.deletionTimestamp == nil else { return true }
        let json = Self.withMetadata("deletionTimestamp", .string(time), object.json)
        _ = commit(reference, json, entry.owners)
        return true
    }

    /// Changes an object in another way than by server-side apply.
    private mutating func update(
        _ reference: ObjectReference,
        subresource: String?,
        manager: String,
        _ change: (JSONValue) throws(APIError) -> JSONValue
    ) throws(APIError) -> KubernetesObject {
        guard let entry = entries[reference] else {
            throw APIError(.notFound, "\(reference) not found", status: 404)
        }
        let old = entry.object
        let wanted = KubernetesObject(try change(old.json))
        if !wanted.resourceVersion.isEmpty, wanted.resourceVersion != old.resourceVersion {
            throw Self.conflict(reference)
        }
        if !wanted.uid.isEmpty, wanted.uid != old.uid { throw Self.conflict(reference) }
        var json = old.json
        switch subresource {
        case nil:
            json = wanted.json
            if ObjectRules.hasStatus(reference.kind) { json = Self.with("status", old.json["status"], json) }
            for name in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "generation"] {
                json = Self.withMetadata(name, old.json["metadata"]?[name], json)
            }
            json = Self.withMetadata("resourceVersion", .string(old.resourceVersion), json)
            json = ObjectRules.defaulted(json, reference.kind)
            try ObjectRules.check(json, replacing: old.json, reference)
        case "status" where ObjectRules.hasStatus(reference.kind):
            json = Self.with("status", wanted.json["status"], json)
        case let name?:
            throw APIError(.notFound, "\(reference) has no subresource \(name)", status: 404)
        }
        var owners = entry.owners
        owners.update(from: Self.ownable(old.json), to: Self.ownable(json), manager: manager)
        return commit(reference, json, owners)
    }

    private mutating func scale(_ reference: ObjectReference, _ patch: ObjectPatch, manager: String) throws(APIError)
        -> KubernetesObject
    {
        let changed = try update(reference, subresource: nil, manager: manager) { json throws(APIError) in
            let now = Self.scale(of: KubernetesObject(json))
            let wanted = try Self.patched(now.json, patch, reference)
            guard let count = wanted["spec"]?["replicas"]?.intValue, count >= 0 else {
                throw ObjectRules.invalid(reference, "spec.replicas", "must be a whole number, not less than 0")
            }
            var json = Self.withMetadata("resourceVersion", wanted["metadata"]?["resourceVersion"], json)
            FieldTree.set(.integer(Int64(count)), at: FieldPath([.member("spec"), .member("replicas")]), in: &json)
            return json
        }
        return Self.scale(of: changed)
    }

    /// The object as `autoscaling/v1` sees it.
    private static func scale(of object: KubernetesObject) -> KubernetesObject {
        let metadata: JSONValue = [
            "name": .string(object.name), "namespace": .string(object.namespace), "uid": .string(object.uid),
            "resourceVersion": .string(object.resourceVersion),
        ]
        return KubernetesObject([
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata,
            "spec": ["replicas": object.json["spec"]?["replicas"] ?? 0],
            "status": ["replicas": object.json["status"]?["replicas"] ?? 0],
        ])
    }

    private static func patched(_ json: JSONValue, _ patch: ObjectPatch, _ reference: ObjectReference) throws(APIError)
        -> JSONValue
    {
        switch patch {
        case .merge(let changes): return PatchedJSON.merge(changes, into: json)
        case .operations(let operations):
            do { return try PatchedJSON.apply(operations, to: json) } catch {
                throw APIError(.invalid, "\(reference): \(error.message)", status: 422)
            }
        }
    }

    static func conflict(_ reference: ObjectReference) -> APIError {
        APIError(
            .conflict,
            "\(reference): the object has been modified; please apply your changes to the latest version",
            status: 409
        )
    }

    /// What managers can own: all but the object's name and what the server gives.
    static func ownable(_ json: JSONValue) -> JSONValue {
        var json = without("kind", without("apiVersion", json))
        let given = [
            "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
            "managedFields",
        ]
        for name in given { json = withMetadata(name, nil, json) }
        return json["metadata"]?.objectValue?.isEmpty == true ? without("metadata", json) : json
    }

    private static func identity(of object: KubernetesObject) -> JSONValue {
        var metadata: JSONObject = ["name": .string(object.name)]
        if !object.namespace.isEmpty { metadata["namespace"] = .string(object.namespace) }
        return [
            "apiVersion": .string(object.apiVersion), "kind": .string(object.kind), "metadata": .object(metadata),
        ]
    }

    private static func with(_ name: String, _ value: JSONValue?, _ json: JSONValue) -> JSONValue {
        var members = json.objectValue ?? [:]
        members[name] = value
        return .object(members)
    }

    private static func without(_ name: String, _ json: JSONValue) -> JSONValue { with(name, nil, json) }
}
