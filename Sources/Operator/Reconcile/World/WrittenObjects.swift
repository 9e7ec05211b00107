internal import Kubernetes
internal import Synchronization

/// What this process wrote lately and a watch has not brought back yet.
///
/// Without it a reconciliation that follows a write would see the world from before, and make what is there a second
/// time or undo what was just done. An entry goes when the cache has caught up, and at the latest after ``patience``: a
/// watch that is broken must not keep us from seeing what others do.
final class WrittenObjects: Sendable {
    /// How long a write is believed without having been seen.
    static let patience = Duration.seconds(30)

    private struct Entry {
        /// The object as the server answered; `nil` after a deletion.
        let object: KubernetesObject?
        let uid: String
        let time: Duration
    }

    /// What a watch has said last about an object.
    private enum Sight {
        case nothing, gone
        case object(KubernetesObject)
    }

    private struct State {
        var entries: [ObjectReference: Entry] = [:]
        /// The objects that are being written, each with what a watch has said about it meanwhile.
        var inFlight: [ObjectReference: Sight] = [:]
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Duration

    /// Creates an empty memory.
    init(clock: KubernetesClock) { now = clock.now }

    /// Says that an object is about to be written or deleted; ``wrote(_:_:)``, ``deleted(_:uid:)`` or ``failed(_:)``
    /// follows.
    func begin(_ reference: ObjectReference) { state.withLock { $0.inFlight[reference] = .nothing } }

    /// Remembers an object as the server answered to a write, unless a watch was faster.
    ///
    /// An object of which a watch said between request and answer that it is gone is not remembered: it would be believed
    /// to be there, and nobody would make it anew.
    func wrote(_ reference: ObjectReference, _ object: KubernetesObject) {
        let entry = Entry(object: object, uid: object.uid, time: now())
        state.withLock { state in
            switch state.inFlight.removeValue(forKey: reference) {
            case .gone: break
            case .object(let seen) where Self.hasSeen(entry, seen): break
            case .object, .nothing, nil: state.entries[reference] = entry
            }
        }
    }

    /// Says that a write did not succeed.
    func failed(_ reference: ObjectReference) { _ = state.withLock { $0.inFlight.removeValue(forKey: reference) } }

    /// Remembers that an object was deleted, unless a watch was faster: nothing would clear the entry away again.
    func deleted(_ reference: ObjectReference, uid: String) {
        let entry = Entry(object: nil, uid: uid, time: now())
        state.withLock { state in
            switch state.inFlight.removeValue(forKey: reference) {
            case .gone: state.entries[reference] = nil
            case .object(let seen) where Self.hasSeen(entry, seen): state.entries[reference] = nil
            case .object, .nothing, nil: state.entries[reference] = entry
            }
        }
    }

    /// How many writes have not been seen yet.
    var count: Int { state.withLock { $0.entries.count } }

    /// Takes what a watch brings, and forgets what it makes superfluous.
    /// - Parameter object: The object as it is now, or `nil` when it is gone.
    /// - Returns: Whether the change is the echo of a write, and so nothing new.
    func saw(_ reference: ObjectReference, _ object: KubernetesObject?) -> Bool {
        state.withLock { state in
            if state.inFlight[reference] != nil { state.inFlight[reference] = object.map { .object($0) } ?? .gone }
            guard let entry = state.entries[reference] else { return false }
            guard let object else {
                state.entries[reference] = nil
                return entry.object == nil
            }
            guard Self.hasSeen(entry, object) else { return false }
            state.entries[reference] = nil
            return entry.object?.resourceVersion == object.resourceVersion
        }
    }

    /// Returns the newer of what a cache has and what was written.
    func newest(_ reference: ObjectReference, cached: KubernetesObject?) -> KubernetesObject? {
        let now = now()
        return state.withLock { state in
            guard let entry = state.entries[reference] else { return cached }
            if now - entry.time < Self.patience, !Self.hasSeen(entry, cached) { return entry.object }
            state.entries[reference] = nil
            return cached
        }
    }

    private static func hasSeen(_ entry: Entry, _ cached: KubernetesObject?) -> Bool {
        guard let written = entry.object else { return cached?.uid != entry.uid }
        guard let cached else { return false }
        if cached.resourceVersion == written.resourceVersion { return true }
        // Versions are opaque by contract before 1.35 but numbers in practice; if not, time decides.
        guard let seen = UInt64(cached.resourceVersion), let ours = UInt64(written.resourceVersion) else {
            return false
        }
        return seen > ours
    }
}
