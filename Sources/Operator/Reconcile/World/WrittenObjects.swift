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

    private let entries = Mutex<[ObjectReference: Entry]>([:])
    private let now: @Sendable () -> Duration

    /// Creates an empty memory.
    init(clock: KubernetesClock) { now = clock.now }

    /// How many writes have not been seen yet.
    var count: Int { entries.withLock { $0.count } }

    /// Remembers an object as the server answered to a write.
    func wrote(_ reference: ObjectReference, _ object: KubernetesObject) {
        let entry = Entry(object: object, uid: object.uid, time: now())
        entries.withLock { $0[reference] = entry }
    }

    /// Remembers that an object was deleted.
    func deleted(_ reference: ObjectReference, uid: String) {
        let entry = Entry(object: nil, uid: uid, time: now())
        entries.withLock { $0[reference] = entry }
    }

    /// Whether a change that a watch brings is what was written here, and so nothing new.
    func isOwnWrite(_ reference: ObjectReference, _ object: KubernetesObject) -> Bool {
        entries.withLock { $0[reference]?.object?.resourceVersion == object.resourceVersion }
    }

    /// Forgets what was written to an object, of which a watch says that it is gone.
    func sawDeletion(_ reference: ObjectReference) { entries.withLock { $0[reference] = nil } }

    /// Returns the newer of what a cache has and what was written.
    func newest(_ reference: ObjectReference, cached: KubernetesObject?) -> KubernetesObject? {
        let now = now()
        return entries.withLock { entries in
            guard let entry = entries[reference] else { return cached }
            if now - entry.time < Self.patience, !Self.hasSeen(entry, cached) { return entry.object }
            entries[reference] = nil
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
