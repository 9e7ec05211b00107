package import Daemon
package import Kubernetes
package import Logging

/// The cluster as watches bring it: the sinks, what carries our label, and digests of the Secrets that sinks name.
package final class WatchedCluster: ClusterCache {
    /// Is told that a sink is to be looked at.
    package typealias Waking = @Sendable (SinkKey) -> Void

    private let stores: [ResourceKind: [String?: ResourceStore]]
    private let index = SinkIndex()
    /// The watches of the Secrets that sinks name.
    private let secrets: SecretWatches
    private let fixed: [ResourceWatcher]
    /// The watches, which have to run.
    package let watchers: [any Service]

    /// Creates stores and watches that do nothing yet.
    /// - Parameters:
    ///   - namespaces: The namespaces that are watched; empty for all of them.
    ///   - metrics: What watches report.
    package init(
        api: any KubernetesAPI,
        namespaces: [String],
        metrics: WatchMetrics,
        clock: KubernetesClock = .system,
        logger: Logger
    ) {
        let places: [String?] = namespaces.isEmpty ? [nil] : namespaces
        let ours = "\(ChildLabels.managedBy)=\(ChildLabels.manager)"
        var stores: [ResourceKind: [String?: ResourceStore]] = [:]
        var watchers: [ResourceWatcher] = []
        for kind in [KustoSink.kind, .pod] + ResourceKind.ownedKinds {
            for place in places {
                let store = ResourceStore(kind: kind) { ClusterView.kept($0, kind) }
                stores[kind, default: [:]][place] = store
                watchers.append(
                    ResourceWatcher(
                        api: api,
                        scope: ObjectScope(
                            kind,
                            namespace: place,
                            labelSelector: kind == KustoSink.kind ? nil : ours
                        ),
                        store: store,
                        metrics: metrics,
                        logger: logger,
                        clock: clock
                    )
                )
            }
        }
        self.stores = stores
        secrets = SecretWatches(api: api, namespaces: namespaces, metrics: metrics, clock: clock, logger: logger)
        fixed = watchers
        self.watchers = watchers + [secrets]
    }

    /// Lets changes wake sinks from now on.
    /// - Parameters:
    ///   - reconciler: Knows which changes are its own.
    ///   - wake: Is told which sink is to be looked at; must be quick.
    package func wake(_ reconciler: SinkReconciler, _ wake: @escaping Waking) {
        for (kind, places) in stores {
            for store in places.values {
                store.onChange { [index] reference, object in
                    if object == nil { reconciler.sawDeletion(reference) }
                    if kind == KustoSink.kind {
                        let key = SinkKey(namespace: reference.namespace, name: reference.name)
                        if index.sinkChanged(key, object) { wake(key) }
                        return
                    }
                    guard let key = index.objectChanged(reference, object) else { return }
                    if let object, reconciler.isOwnWrite(reference, object) { return }
                    wake(key)
                }
            }
        }
        secrets.wake(wake)
    }

    /// The kinds, in words, whose objects were not listed in full yet.
    package var unsynced: [String] {
        stores.flatMap { kind, places in places.values.filter { !$0.isSynced }.map { _ in "\(kind)" } }.sorted()
    }

    /// Why a cache is not filled, if a request for it failed.
    package var problem: APIError? { fixed.lazy.compactMap(\.problem).first }

    /// All sinks that are known.
    package var sinks: [SinkKey] {
        (stores[KustoSink.kind] ?? [:]).values.flatMap {
            $0.all.map { SinkKey(namespace: $0.namespace, name: $0.name) }
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
