internal import JSON
internal import Synchronization

/// The objects of one scope as the API server had them last, kept current by a ``ResourceWatcher``.
///
/// What is kept has no `metadata.managedFields`, and has `apiVersion` and `kind` also where the server leaves them out.
/// Changes are levels, not steps: who is told of one reads what is true now.
package final class ResourceStore: Sendable {
    /// Is told that an object was added or changed, or, with `nil`, that it is gone.
    package typealias Observer = @Sendable (ObjectReference, KubernetesObject?) -> Void

    private struct Key: Hashable {
        let namespace: String
        let name: String
    }

    /// The end of an object, or of its being among those that the selector means.
    private struct Departure {
        let uid: String
        let resourceVersion: String
    }

    private struct State {
        var objects: [Key: StoredObject] = [:]
        var isSynced = false
        /// The objects that were deleted last, since the last list; an event about one of them that is not newer is late.
        var gone: [Departure] = []
        var observers: [Observer] = []
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
    }

    /// How many deleted objects are remembered.
    private static let goneLimit = 256

    private typealias Change = (reference: ObjectReference, object: KubernetesObject?)

    /// The kind of the objects.
    package let kind: ResourceKind
    private let reducing: @Sendable (KubernetesObject) -> KubernetesObject
    private let state = Mutex(State())

    /// Creates an empty store that is not synced.
    /// - Parameter reducing: Makes of an object what is kept of it, such as a Secret's digests in place of its values; the
    ///   metadata must stay.
    package init(
        kind: ResourceKind,
        reducing: @escaping @Sendable (KubernetesObject) -> KubernetesObject = { $0 }
    ) {
        self.kind = kind
        self.reducing = reducing
    }

    /// The object of this name, or `nil`.
    package func get(namespace: String, name: String) -> KubernetesObject? {
        state.withLock { $0.objects[Key(namespace: namespace, name: name)] }?.object
    }

    /// All objects, in no order.
    package var all: [KubernetesObject] { state.withLock { Array($0.objects.values) }.map(\.object) }

    /// The namespaces and names of all objects, in no order; cheaper than the objects.
    package var names: [(namespace: String, name: String)] {
        state.withLock { $0.objects.keys.map { ($0.namespace, $0.name) } }
    }

    /// How many objects there are.
    package var count: Int { state.withLock { $0.objects.count } }

    /// Whether the objects were listed in full once.
    package var isSynced: Bool { state.withLock { $0.isSynced } }

    /// Waits until the objects were listed in full once.
    /// - Returns: Whether they were within `limit`, and before the task was cancelled.
    package func awaitSync(within limit: Duration, clock: KubernetesClock = .system) async -> Bool {
        _ = try? await clock.limit(limit) { await self.waitUntilSynced() }
        return isSynced
    }

    /// Calls `observer` for every change from now on, in order and on the watcher's task, so it must be quick.
    package func onChange(_ observer: @escaping Observer) { state.withLock { $0.observers.append(observer) } }

    /// Takes a full list of objects that are ``normalized(_:)``: what is not in it is gone, also when its deletion was never seen.
    func replace(with objects: [KubernetesObject]) {
        let listed = objects.map { (Self.key(of: $0), StoredObject($0), $0) }
        let (changes, observers, waiters) = state.withLock { state in
            var changes: [Change] = []
            var fresh: [Key: StoredObject] = [:]
            fresh.reserveCapacity(listed.count)
            for (key, stored, object) in listed {
                fresh[key] = stored
                if state.objects[key] != stored { changes.append((reference(to: key), object)) }
            }
            for key in state.objects.keys where fresh[key] == nil { changes.append((reference(to: key), nil)) }
            state.objects = fresh
            state.isSynced = true
            state.gone = []
            defer { state.waiters = [:] }
            return (changes, state.observers, Array(state.waiters.values))
        }
        for waiter in waiters { waiter.resume() }
        tell(changes, observers)
    }

    /// Takes an object that was added or changed; one that is the same as before, or older than what is known,
    /// changes nothing.
    func put(_ object: KubernetesObject) {
        let object = normalized(object)
        let key = Self.key(of: object)
        let stored = StoredObject(object)
        let observers = state.withLock { state -> [Observer] in
            let known = state.objects[key]
            guard known != stored else { return [] }
            if !object.uid.isEmpty, let index = state.gone.lastIndex(where: { $0.uid == object.uid }) {
                // An object that only left the selector comes back as the same one, in a newer state.
                if Self.isOlder(object.resourceVersion, orSameAs: state.gone[index].resourceVersion) { return [] }
                state.gone.remove(at: index)
            }
            if let known, known.uid == object.uid, Self.isOlder(object.resourceVersion, than: known.resourceVersion) {
                return []
            }
            state.objects[key] = stored
            return state.observers
        }
        tell([(reference(to: key), object)], observers)
    }

    /// Takes the deletion of an object, or that the selector means it no longer; the end of an earlier object of the same
    /// name, or of an earlier state of it, changes nothing.
    func remove(_ object: KubernetesObject) {
        let key = Self.key(of: object)
        let observers = state.withLock { state -> [Observer] in
            let known = state.objects[key]
            if let known, known.uid == object.uid, Self.isOlder(object.resourceVersion, than: known.resourceVersion) {
                return []
            }
            state.gone.append(Departure(uid: object.uid, resourceVersion: object.resourceVersion))
            if state.gone.count > Self.goneLimit { state.gone.removeFirst(Self.goneLimit / 2) }
            guard known?.uid == object.uid else { return [] }
            state.objects[key] = nil
            return state.observers
        }
        tell([(reference(to: key), nil)], observers)
    }

    private func tell(_ changes: [Change], _ observers: [Observer]) {
        for change in changes {
            for observer in observers { observer(change.reference, change.object) }
        }
    }

    private func waitUntilSynced() async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isSynced || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    /// Whether a version is known to be older: versions are opaque, but wherever they are numbers they grow.
    private static func isOlder(_ version: String, than other: String) -> Bool {
        guard let version = UInt64(version), let other = UInt64(other) else { return false }
        return version < other
    }

    private static func isOlder(_ version: String, orSameAs other: String) -> Bool {
        version == other || isOlder(version, than: other)
    }

    private static func key(of object: KubernetesObject) -> Key {
        Key(namespace: object.namespace, name: object.name)
    }

    private func reference(to key: Key) -> ObjectReference {
        ObjectReference(kind, namespace: key.namespace, name: key.name)
    }

    /// The object as it is kept: `managedFields` is often the larger half of it, and nobody here reads it.
    func normalized(_ object: KubernetesObject) -> KubernetesObject {
        guard case .object(var members) = object.json else { return object }
        if case .object(var metadata)? = members["metadata"], metadata["managedFields"] != nil {
            metadata["managedFields"] = nil
            members["metadata"] = .object(metadata)
        }
        if members["apiVersion"] == nil { members["apiVersion"] = .string(kind.apiVersion) }
        if members["kind"] == nil { members["kind"] = .string(kind.kind) }
        return reducing(KubernetesObject(.object(members)))
    }
}
