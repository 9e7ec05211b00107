package import JSON
package import Kubernetes
internal import Synchronization

/// What a test does itself, as a user or a controller would: it meets no faults and is in no log.
extension MemoryAPI {
    /// The object as it is, or `nil`.
    package func object(_ reference: ObjectReference) -> KubernetesObject? {
        state.withLock { (try? $0.server.get(reference)) ?? nil }
    }

    /// The objects of a kind, by namespace and name.
    package func objects(_ kind: ResourceKind, in namespace: String? = nil) -> [KubernetesObject] {
        state.withLock { state in
            state.server.entries.filter { $0.key.kind == kind && (namespace ?? $0.key.namespace) == $0.key.namespace }
                .map(\.value.object).sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
        }
    }

    /// Creates an object, or makes it what is given, status included; keeps uid and creation time.
    /// - Returns: The object as the server keeps it.
    @discardableResult
    package func put(_ object: KubernetesObject) throws(APIError) -> KubernetesObject {
        let time = timestamp
        defer { wakeWatchers() }
        return try state.withLock { state throws(APIError) in
            let reference = try state.server.reference(of: object)
            return state.server.force(object.json, at: reference, time: time)
        }
    }

    /// Changes an object that is there, status included.
    /// - Returns: The object as the server keeps it.
    @discardableResult
    package func edit(_ reference: ObjectReference, _ change: (inout JSONValue) -> Void) throws(APIError)
        -> KubernetesObject
    {
        let time = timestamp
        defer { wakeWatchers() }
        return try state.withLock { state throws(APIError) in
            guard var json = try state.server.get(reference)?.json else {
                throw APIError(.notFound, "\(reference) not found", status: 404)
            }
            change(&json)
            return state.server.force(json, at: try state.server.served(reference), time: time)
        }
    }

    /// Sets the value at a path such as `["status", "replicas"]` of an object that is there; `nil` takes it away.
    @discardableResult
    package func set(_ path: [String], to value: JSONValue?, of reference: ObjectReference) throws(APIError)
        -> KubernetesObject
    {
        try edit(reference) { json in
            let place = FieldPath(path.map { .member($0) })
            FieldTree.remove(place, in: &json)
            if let value { FieldTree.set(value, at: place, in: &json) }
        }
    }

    /// Takes an object out at once, whatever holds it.
    package func remove(_ reference: ObjectReference) {
        state.withLock { state in
            if let reference = try? state.server.served(reference) { state.server.remove(reference) }
        }
        wakeWatchers()
    }

    /// Asks for an object's deletion as a user does: finalizers hold it.
    package func requestDeletion(_ reference: ObjectReference) throws(APIError) {
        let time = timestamp
        try state.withLock { state throws(APIError) in
            _ = try state.server.delete(reference, uid: nil, resourceVersion: nil, at: time)
        }
        wakeWatchers()
    }

    /// Deletes what has owners of which none is there any more, as the server's garbage collector does.
    package func collectGarbage() {
        let time = timestamp
        state.withLock { $0.server.collectGarbage(at: time) }
        wakeWatchers()
    }

    /// The places that a manager owns, such as `spec.replicas` or `spec.template.spec.containers[name=worker].image`.
    package func ownedFields(_ reference: ObjectReference, by manager: String) -> Set<String> {
        state.withLock { state in
            let sets = state.server.entries[reference]?.owners.sets ?? [:]
            return Set((sets[manager] ?? []).map(\.description))
        }
    }

    /// Adds a kind, as the installation of a CustomResourceDefinition does.
    package func serve(_ kind: ResourceKind) { state.withLock { $0.server.kinds.append(kind) } }

    /// Takes a kind away, and its objects.
    package func withdraw(_ kind: ResourceKind) {
        state.withLock { state in
            for reference in state.server.entries.keys where reference.kind == kind { state.server.remove(reference) }
            state.server.kinds.removeAll { $0 == kind }
        }
        wakeWatchers()
    }

    /// The most objects on a page of a list; 500 at first.
    package var pageSize: Int {
        get { state.withLock { $0.server.pageSize } }
        set { state.withLock { $0.server.pageSize = newValue } }
    }
}

extension MemoryServer {
    /// Makes an object what is given, with an owner of no interest.
    mutating func force(_ json: JSONValue, at reference: ObjectReference, time: String) -> KubernetesObject {
        guard let entry = entries[reference] else {
            let born = born(json, reference, at: time)
            var owners = FieldOwners()
            owners.update(from: [:], to: Self.ownable(born), manager: "test")
            return commit(reference, born, owners)
        }
        var json = json
        for name in ["uid", "creationTimestamp", "resourceVersion", "generation"] {
            json = Self.withMetadata(name, entry.object.json["metadata"]?[name], json)
        }
        json = ObjectRules.defaulted(json, reference.kind)
        var owners = entry.owners
        owners.update(from: Self.ownable(entry.object.json), to: Self.ownable(json), manager: "test")
        return commit(reference, json, owners)
    }

    /// Deletes what has owners of which none is there any more, until nothing is left to delete.
    mutating func collectGarbage(at time: String) {
        while true {
            let uids = Set(entries.values.map(\.object.uid))
            let orphans = entries.filter { _, entry in
                let owners = entry.object.json["metadata"]?["ownerReferences"]?.arrayValue ?? []
                return !owners.isEmpty && entry.object.deletionTimestamp == nil
                    && !owners.contains { uids.contains($0["uid"]?.stringValue ?? "") }
            }
            guard !orphans.isEmpty else { return }
            for reference in orphans.keys {
                _ = try? delete(reference, uid: nil, resourceVersion: nil, at: time)
            }
        }
    }
}
