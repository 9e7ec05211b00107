internal import Kubernetes
internal import Synchronization

/// Reads Secrets again and again, one by one, for which there is no watch left; holds digests, never values.
///
/// A Secret is read at once when it becomes known here, and from then on every ``interval``, or less often when there are
/// so many that it would be more than ten requests a second.
final class SecretPoll: Sendable {
    /// Is told that what is known of a Secret has changed; must be quick.
    typealias Observer = @Sendable (SecretName) -> Void

    /// How often a Secret is read.
    static let interval = Duration.seconds(30)
    /// The least time from one reading to the next, over all Secrets and on average.
    static let pace = Duration.milliseconds(100)
    /// How long one reading may take.
    static let deadline = Duration.seconds(20)
    /// How many readings go on at a time.
    static let lanes = 4

    private struct Entry {
        var knowledge = SecretKnowledge.unknown
        var failingSince: Duration?
        var due: Duration
    }

    private struct State {
        var entries: [SecretName: Entry] = [:]
        var observer: Observer = { _ in }
    }

    private let api: any KubernetesAPI
    private let clock: KubernetesClock
    private let state = Mutex(State())
    private let changed = WakeSignal()

    /// Creates a poll of nothing.
    init(api: any KubernetesAPI, clock: KubernetesClock) {
        self.api = api
        self.clock = clock
    }

    /// Calls `observer` for every change from now on.
    func onChange(_ observer: @escaping Observer) { state.withLock { $0.observer = observer } }

    /// Says which Secrets are read; what is known of others is dropped.
    func poll(_ names: Set<SecretName>) {
        let now = clock.now()
        let hasNew = state.withLock { state in
            for name in state.entries.keys where !names.contains(name) { state.entries[name] = nil }
            let new = names.filter { state.entries[$0] == nil }
            for name in new { state.entries[name] = Entry(due: now) }
            return !new.isEmpty
        }
        if hasNew { changed.signal() }
    }

    /// What is known of a Secret, or `nil` when it is not read here.
    func knowledge(_ name: SecretName) -> SecretKnowledge? { state.withLock { $0.entries[name]?.knowledge } }

    /// Reads until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let (due, rest) = next()
            if due.isEmpty {
                _ = try? await clock.limit(rest ?? Self.interval) { [changed] in await changed.wait() }
            } else {
                await withTaskGroup(of: Void.self) { group in
                    for name in due { group.addTask { await self.read(name) } }
                }
            }
        }
    }

    /// The Secrets whose turn it is, those that have waited longest first; and how long it is to the next one's.
    private func next() -> (due: [SecretName], rest: Duration?) {
        let now = clock.now()
        return state.withLock { state in
            let due = state.entries.filter { $0.value.due <= now }
                .sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }.prefix(Self.lanes).map(\.key)
            return (due, state.entries.values.map(\.due).min().map { max(.zero, $0 - now) })
        }
    }

    private func read(_ name: SecretName) async {
        var found = SecretKnowledge.unknown
        do {
            let reference = ObjectReference(.secret, namespace: name.namespace, name: name.name)
            let secret = try await clock.limit(Self.deadline) { [api] in try await api.get(reference) }
            guard let secret else {
                throw APIError(.unreachable, "the server did not answer about the Secret \(name.name) in time")
            }
            found = secret.map { .present(SecretDigests.keys(of: SecretDigests.reduced($0))) } ?? .absent
        } catch let error as APIError {
            found = .unreadable(error)
        } catch {
            return
        }
        took(found, name)
    }

    private func took(_ found: SecretKnowledge, _ name: SecretName) {
        let now = clock.now()
        let chance = clock.random()
        let (isNews, observer) = state.withLock { state in
            guard var entry = state.entries[name] else { return (false, state.observer) }
            let before = entry.knowledge
            let interval = max(Self.interval, Self.pace * state.entries.count)
            entry.due = now + interval * (0.9 + 0.2 * chance)
            if case .unreadable = found {
                let start = entry.failingSince ?? now
                entry.failingSince = start
                // What was read lately is believed for as long as what a watch has brought.
                if !before.isKnown || now - start > WatchedCluster.patience { entry.knowledge = found }
            } else {
                (entry.knowledge, entry.failingSince) = (found, nil)
            }
            state.entries[name] = entry
            return (entry.knowledge != before, state.observer)
        }
        if isNews { observer(name) }
    }
}

extension SecretKnowledge {
    /// Whether the Secret was read.
    fileprivate var isKnown: Bool {
        switch self {
        case .absent, .present: true
        case .unknown, .unreadable: false
        }
    }
}
