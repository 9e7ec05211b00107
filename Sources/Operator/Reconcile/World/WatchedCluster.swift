package import Daemon
package import Kubernetes
package import Logging

/// The cluster as watches bring it: the sinks, what carries our label, and digests of the Secrets that sinks name.
package final class WatchedCluster: ClusterCache {
    /// Is told that a sink is to be looked at.
    package typealias Waking = @Sendable (SinkKey) -> Void

    /// A watch of one kind in one namespace, or in all of them with `nil`.
    private struct Watch: Sendable {
        let place: String?
        let store: ResourceStore
        let watcher: ResourceWatcher
    }

    /// How long a watch may fail before what it has brought counts as out of date.
    static let patience = Duration.seconds(120)

    private let stores: [ResourceKind: [String?: ResourceStore]]
    private let index = SinkIndex()
    /// The watches of the Secrets that sinks name.
    private let secrets: SecretWatches
    private let watches: [Watch]
    private let places: [String?]
    /// The watches, which have to run.
    package let watchers: [any Service]

    /// Creates stores and watches that do nothing yet.
    /// - Parameters:
    ///   - namespaces: The namespaces that are watched; empty for all of them.
    ///   - secretAccess: Whether watches may show others than the Secrets that sinks name.
    ///   - metrics: What watches report.
    package init(
        api: any KubernetesAPI,
        namespaces: [String],
        secretAccess: SecretAccess = .widening,
        metrics: WatchMetrics,
        clock: KubernetesClock = .system,
        logger: Logger
    ) {
        let places: [String?] = namespaces.isEmpty ? [nil] : namespaces
        let ours = "\(ChildLabels.managedBy)=\(ChildLabels.manager)"
        var stores: [ResourceKind: [String?: ResourceStore]] = [:]
        var watches: [Watch] = []
        for kind in [KustoSink.kind, .pod] + ResourceKind.ownedKinds {
            for place in places {
                let store = ResourceStore(kind: kind) { ClusterView.kept($0, kind) }
                stores[kind, default: [:]][place] = store
                let watcher = ResourceWatcher(
                    api: api,
                    scope: ObjectScope(kind, namespace: place, labelSelector: kind == KustoSink.kind ? nil : ours),
                    store: store,
                    metrics: metrics,
                    logger: logger,
                    clock: clock
                )
                watches.append(Watch(place: place, store: store, watcher: watcher))
            }
        }
        self.stores = stores
        secrets = SecretWatches(
            api: api,
            namespaces: namespaces,
            access: secretAccess,
            metrics: metrics,
            clock: clock,
            logger: logger
        )
        self.watches = watches
        self.places = places
        watchers = watches.map(\.watcher) + [secrets]
    }

    /// Lets changes wake sinks from now on.
    /// - Parameters:
    ///   - reconciler: Knows which changes are its own.
    ///   - wake: Is told which sink is to be looked at; must be quick.
    package func wake(_ reconciler: SinkReconciler, _ wake: @escaping Waking) {
        for (kind, places) in stores {
            for store in places.values {
                store.onChange { [index] reference, object in
                    let isOurs = reconciler.saw(reference, object)
                    if kind == KustoSink.kind {
                        let key = SinkKey(namespace: reference.namespace, name: reference.name)
                        if index.sinkChanged(key, object) { wake(key) }
                    } else if let key = index.objectChanged(reference, object), !isOurs {
                        wake(key)
                    }
                }
            }
        }
        secrets.wake(wake)
    }

    /// The kinds, in words, whose objects were not listed in full yet.
    package var unsynced: [String] { watches.filter { !$0.store.isSynced }.map { "\($0.store.kind)" }.sorted() }

    /// Why a cache is not filled, if a request for it failed.
    package var problem: APIError? { watches.lazy.compactMap(\.watcher.problem).first }

    /// Whether all kinds were listed in full in at least one of the namespaces.
    package var isSyncedSomewhere: Bool { places.contains { isSynced($0) } }

    /// Whether all kinds were listed in full where a namespace's objects come from.
    package func isSynced(in namespace: String) -> Bool { isSynced(place(of: namespace)) }

    /// What is not current, or was never listed, in words: why, by what it is.
    package var troubles: [String: String] {
        var troubles: [String: String] = [:]
        for watch in watches {
            let text: String?
            if watch.store.isSynced {
                text = watch.watcher.problem(lastingFor: Self.patience)?.message
            } else {
                text = watch.watcher.problem?.message ?? "no list of \(watch.store.kind) yet"
            }
            let place = watch.place.map { "namespace \($0)" } ?? "the cluster"
            if let text, troubles[place] == nil { troubles[place] = text }
        }
        return troubles
    }

    /// Whether everything is known and current of at least one of the namespaces, or of the cluster.
    package var isCurrentSomewhere: Bool { troubles.count < places.count }

    package func problem(in namespace: String) -> APIError? {
        let place = place(of: namespace)
        return watches.lazy.filter { $0.place == place }.compactMap {
            $0.watcher.problem(lastingFor: Self.patience)
        }.first
    }

    /// Asks for full lists of everything but the Secrets that sinks name.
    /// - Returns: Whether all of them have been read, asked for when this was called or later.
    func relist() -> @Sendable () -> Bool {
        let asked = watches.map { ($0.watcher, $0.watcher.relist()) }
        return { asked.allSatisfy { watcher, time in watcher.isListed(since: time) } }
    }

    private func isSynced(_ place: String?) -> Bool {
        watches.allSatisfy { $0.place != place || $0.store.isSynced }
    }

    /// Where what is in a namespace is listed.
    private func place(of namespace: String) -> String? { places.contains(namespace) ? namespace : nil }

    /// All sinks that are known.
    package var sinks: [SinkKey] {
        (stores[KustoSink.kind] ?? [:]).values.flatMap {
            $0.names.map { SinkKey(namespace: $0.namespace, name: $0.name) }
        }
    }

    package func get(_ reference: ObjectReference) -> KubernetesObject? {
        guard let places = stores[reference.kind] else { return nil }
        return (places[reference.namespace] ?? places[nil])?.get(namespace: reference.namespace, name: reference.name)
    }

    package func labelled(_ key: SinkKey, _ kind: ResourceKind) -> [KubernetesObject] {
        index.names(key, kind).compactMap { get(ObjectReference(kind, namespace: key.namespace, name: $0)) }
    }

    package func keeps(_ kind: ResourceKind) -> Bool { stores[kind] != nil }

    package func follow(_ secrets: Set<String>, for key: SinkKey) { self.secrets.follow(secrets, for: key) }

    package func secret(namespace: String, name: String) -> SecretKnowledge {
        secrets.knowledge(namespace: namespace, name: name)
    }
}
