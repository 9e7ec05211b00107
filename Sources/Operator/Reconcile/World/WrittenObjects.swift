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

    private struct State {
        var entries: [ObjectReference: Entry] = [:]
        /// The objects that are being written, each with whether a watch said meanwhile that it is gone.
        var inFlight: [ObjectReference: Bool] = [:]
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Duration

    /// Creates an empty memory.
    init(clock: KubernetesClock) { now = clock.now }

    /// Says that an object is about to be written; ``wrote(_:_:)`` or ``failed(_:)`` follows.
    func begin(_ reference: ObjectReference) { state.withLock { $0.inFlight[reference] = false } }

    /// Remembers an object as the server answered to a write.
    ///
    /// An object of which a watch said between request and answer that it is gone is not remembered: it would be believed
    /// to be there, and nobody would make it anew.
    func wrote(_ reference: ObjectReference, _ object: KubernetesObject) {
        let entry = Entry(object: object, uid: object.uid, time: now())
        state.withLock { state in
            if state.inFlight.removeValue(forKey: reference) != true { state.entries[reference] = entry }
        }
    }

    /// Says that a write did not succeed.
    func failed(_ reference: ObjectReference) { _ = state.withLock { $0.inFlight.removeValue(forKey: reference) } }

    /// Remembers that an object was deleted.
    func deleted(_ reference: ObjectReference, uid: String) {
        let entry = Entry(object: nil, uid: uid, time: now())
        state.withLock { $0.entries[reference] = entry }
    }

    /// Whether a change that a watch brings is what was written here, and so nothing new.
    func isOwnWrite(_ reference: ObjectReference, _ object: KubernetesObject) -> Bool {
        state.withLock { $0.entries[reference]?.object?.resourceVersion == object.resourceVersion }
    }

    /// Forgets what was written to an object, of which a watch says that it is gone.
    func sawDeletion(_ reference: ObjectReference) {
        state.withLock { state in
            state.entries[reference] = nil
            if state.inFlight[reference] != nil { state.inFlight[reference] = true }
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
