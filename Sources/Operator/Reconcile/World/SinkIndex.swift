internal import Kubernetes
internal import Synchronization

/// Which sink an object belongs to, both ways, so that neither a look at a sink nor an event has to search all objects.
final class SinkIndex: Sendable {
    /// A sink as a label names it; a long name is cut there.
    private struct Label: Hashable {
        let namespace: String
        let value: String
    }

    private struct State {
        var sinks: [Label: SinkKey] = [:]
        /// What of a sink the last look was about; its status is not part of that.
        var seen: [SinkKey: Int] = [:]
        var labels: [ObjectReference: Label] = [:]
        var names: [Label: [ResourceKind: Set<String>]] = [:]
    }

    private let state = Mutex(State())

    /// Takes down that a sink was added, changed or, with `nil`, removed.
    /// - Returns: Whether anything has changed that a look is about, or the sink is gone.
    func sinkChanged(_ key: SinkKey, _ object: KubernetesObject?) -> Bool {
        let label = Label(namespace: key.namespace, value: ChildNames(key.name).label)
        return state.withLock { state in
            guard let object else {
                state.sinks[label] = nil
                state.seen[key] = nil
                return true
            }
            state.sinks[label] = key
            let digest = Self.digest(object)
            defer { state.seen[key] = digest }
            return state.seen[key] != digest
        }
    }

    /// Takes down that another object was added, changed or, with `nil`, removed.
    /// - Returns: The sink that it belongs to.
    func objectChanged(_ reference: ObjectReference, _ object: KubernetesObject?) -> SinkKey? {
        state.withLock { state in
            let old = state.labels[reference]
            let new = object?.labels[ChildLabels.sink].map { Label(namespace: reference.namespace, value: $0) }
            if old != new {
                if let old {
                    state.names[old]?[reference.kind]?.remove(reference.name)
                    if state.names[old]?.values.allSatisfy(\.isEmpty) == true { state.names[old] = nil }
                }
                if let new { state.names[new, default: [:]][reference.kind, default: []].insert(reference.name) }
                state.labels[reference] = new
            }
            return (new ?? old).flatMap { state.sinks[$0] }
        }
    }

    /// The names of a kind's objects that carry a sink's label.
    func names(_ key: SinkKey, _ kind: ResourceKind) -> Set<String> {
        let label = Label(namespace: key.namespace, value: ChildNames(key.name).label)
        return state.withLock { $0.names[label]?[kind] ?? [] }
    }

    private static func digest(_ object: KubernetesObject) -> Int {
        var hasher = Hasher()
        hasher.combine(object.uid)
        hasher.combine(object.generation)
        hasher.combine(object.annotations)
        hasher.combine(object.finalizers)
        hasher.combine(object.deletionTimestamp)
        return hasher.finalize()
    }
}
