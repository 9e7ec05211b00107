internal import JSON
internal import Kubernetes

/// What a ``MemoryAPI`` keeps: objects, who owns their fields, and the history that watches read.
struct MemoryServer {
    struct Entry {
        var object: KubernetesObject
        var owners = FieldOwners()
    }

    /// One step of the history.
    struct Change {
        let version: Int
        let kind: ResourceKind
        let old: KubernetesObject?
        let new: KubernetesObject?
    }

    private struct Snapshot {
        let objects: [KubernetesObject]
        let version: Int
        let position: Int
    }

    /// The most changes that are kept; the oldest are forgotten.
    private static let historyLimit = 20_000
    /// The most lists that are open.
    private static let snapshotLimit = 64

    /// The kinds that the server knows.
    var kinds: [ResourceKind]
    /// The most objects on a page of a list.
    var pageSize = 500
    private(set) var entries: [ObjectReference: Entry] = [:]
    private(set) var version = 100
    private(set) var history: [Change] = []
    /// Watches that begin before this version are too late.
    private(set) var forgotten = 100
    private var snapshots: [String: Snapshot] = [:]
    private var lastToken = 0
    private var lastUID = 0

    init(kinds: [ResourceKind]) { self.kinds = kinds }

    // MARK: Reading

    func get(_ reference: ObjectReference) throws(APIError) -> KubernetesObject? {
        entries[try served(reference)]?.object
    }

    mutating func list(_ scope: ObjectScope, continuing token: String?) throws(APIError) -> ObjectPage {
        let kind = try served(scope.kind)
        let snapshot: Snapshot
        if let token {
            guard let known = snapshots.removeValue(forKey: token) else {
                throw APIError(.gone, "the provided continue parameter is too old", status: 410)
            }
            snapshot = known
        } else {
            let selector = try ObjectSelector(scope)
            let objects = entries.filter { $0.key.kind == kind && selector.matches($0.value.object) }
                .sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }
                .map { Self.asItem($0.value.object, kind) }
            snapshot = Snapshot(objects: objects, version: version, position: 0)
        }
        let end = min(snapshot.position + max(1, pageSize), snapshot.objects.count)
        var next: String?
        if end < snapshot.objects.count {
            lastToken += 1
            let token = "page-\(lastToken)"
            snapshots[token] = Snapshot(objects: snapshot.objects, version: snapshot.version, position: end)
            if snapshots.count > Self.snapshotLimit { snapshots = [:] }
            next = token
        }
        return ObjectPage(
            objects: Array(snapshot.objects[snapshot.position..<end]),
            resourceVersion: String(snapshot.version),
            continuation: next
        )
    }

    /// Lists of the kinds that come with the server leave out what all items have in common.
    private static func asItem(_ object: KubernetesObject, _ kind: ResourceKind) -> KubernetesObject {
        guard !kind.group.contains(".") || kind.group.hasSuffix("k8s.io"), var members = object.json.objectValue else {
            return object
        }
        members["apiVersion"] = nil
        members["kind"] = nil
        return KubernetesObject(.object(members))
    }

    /// The events of a scope after a version.
    /// - Parameter isOpen: Whether the watch has begun already, which keeps what it has not read.
    /// - Throws: `gone` when they are forgotten.
    func events(_ scope: ObjectScope, after version: Int, isOpen: Bool) throws(APIError) -> (
        events: [WatchEvent], version: Int
    ) {
        let kind = try served(scope.kind)
        let selector = try ObjectSelector(scope)
        guard isOpen || version >= forgotten else {
            throw APIError(.gone, "too old resource version: \(version) (\(forgotten))", status: 410)
        }
        var events: [WatchEvent] = []
        for change in history.reversed().prefix(while: { $0.version > version }).reversed() where change.kind == kind {
            let old = change.old.flatMap { selector.matches($0) ? $0 : nil }
            let new = change.new.flatMap { selector.matches($0) ? $0 : nil }
            switch (old, new) {
            case (nil, let new?): events.append(.added(new))
            case (_?, let new?): events.append(.modified(new))
            case (let old?, nil): events.append(.deleted(Self.withVersion(change.version, old)))
            case (nil, nil): break
            }
        }
        return (events, self.version)
    }

    /// Forgets the history and the open lists, as etcd's compaction does.
    mutating func compact() {
        // A version that nobody has seen yet, so that a watch from the newest one is too old as well.
        version += 1
        forgotten = version
        snapshots = [:]
    }

    // MARK: Writing

    /// Keeps an object, or lets it go when it is deleted and nothing holds it; returns it as it is now.
    mutating func commit(
        _ reference: ObjectReference,
        _ json: JSONValue,
        _ owners: FieldOwners
    ) -> KubernetesObject {
        let old = entries[reference]?.object
        var object = KubernetesObject(json)
        if let old, old.json == object.json, entries[reference]?.owners == owners { return old }
        if let old, ObjectRules.hasGeneration(reference.kind) {
            let isNew =
                ObjectRules.spec(of: old.json) != ObjectRules.spec(of: json)
                || old.deletionTimestamp != object.deletionTimestamp
            object.json = Self.withMetadata("generation", .integer(Int64(old.generation + (isNew ? 1 : 0))), json)
        }
        version += 1
        object = Self.withVersion(version, object)
        let isGone = object.deletionTimestamp != nil && object.finalizers.isEmpty
        record(Change(version: version, kind: reference.kind, old: old, new: isGone ? nil : object))
        entries[reference] = isGone ? nil : Entry(object: object, owners: owners)
        return object
    }

    /// Gives a new object what only the server gives.
    mutating func born(_ json: JSONValue, _ reference: ObjectReference, at time: String) -> JSONValue {
        lastUID += 1
        let uid = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - "\(lastUID)".count) + "\(lastUID)"
        var json = ObjectRules.defaulted(json, reference.kind)
        json = Self.withMetadata("uid", .string(uid), json)
        json = Self.withMetadata("creationTimestamp", .string(time), json)
        json = Self.withMetadata("deletionTimestamp", nil, json)
        json = Self.withMetadata("generation", nil, json)
        return ObjectRules.hasGeneration(reference.kind) ? Self.withMetadata("generation", 1, json) : json
    }

    /// Takes an object out at once.
    mutating func remove(_ reference: ObjectReference) {
        guard let entry = entries.removeValue(forKey: reference) else { return }
        version += 1
        record(Change(version: version, kind: reference.kind, old: entry.object, new: nil))
    }

    private mutating func record(_ change: Change) {
        history.append(change)
        guard history.count > Self.historyLimit else { return }
        let excess = history.count - Self.historyLimit / 2
        forgotten = history[excess - 1].version
        history.removeFirst(excess)
    }

    // MARK: Names

    /// The reference with the kind as the server has it.
    func served(_ reference: ObjectReference) throws(APIError) -> ObjectReference {
        ObjectReference(try served(reference.kind), namespace: reference.namespace, name: reference.name)
    }

    func served(_ kind: ResourceKind) throws(APIError) -> ResourceKind {
        guard let known = kinds.first(where: { $0.group == kind.group && $0.kind == kind.kind }) else {
            throw APIError(.notFound, "the server could not find the requested resource \(kind)", status: 404)
        }
        return known
    }

    /// The reference that an object is for.
    func reference(of object: KubernetesObject) throws(APIError) -> ObjectReference {
        let parts = object.apiVersion.split(separator: "/")
        let group = parts.count == 2 ? String(parts[0]) : ""
        guard !object.apiVersion.isEmpty, !object.kind.isEmpty, !object.name.isEmpty else {
            throw APIError(.invalid, "the object needs apiVersion, kind and metadata.name", status: 422)
        }
        guard let kind = kinds.first(where: { $0.group == group && $0.kind == object.kind }) else {
            throw APIError(
                .notFound,
                "the server could not find the requested resource \(object.kind) of \(object.apiVersion)",
                status: 404
            )
        }
        return ObjectReference(kind, namespace: object.namespace, name: object.name)
    }

    static func withMetadata(_ name: String, _ value: JSONValue?, _ json: JSONValue) -> JSONValue {
        var members = json.objectValue ?? [:]
        var metadata = members["metadata"]?.objectValue ?? [:]
        metadata[name] = value
        members["metadata"] = .object(metadata)
        return .object(members)
    }

    private static func withVersion(_ version: Int, _ object: KubernetesObject) -> KubernetesObject {
        KubernetesObject(withMetadata("resourceVersion", .string(String(version)), object.json))
    }
}
