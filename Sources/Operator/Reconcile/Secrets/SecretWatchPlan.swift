/// Which watches show the Secrets that sinks name, with as little reading of others as the number of watches allows.
///
/// A watch of one name needs no right to anything else (the authorizer matches it with `resourceNames`) and holds nothing
/// else in memory, but costs a connection's stream. So a namespace gets one watch for each name while there are few, and
/// one watch of all its Secrets when there are many; when even these are too many, one watch shows the Secrets of the
/// whole cluster, provided that the operator is there for the whole cluster. Of a Secret that nobody names only digests
/// are held, and of a namespace that became wide it is remembered, so that watches do not come and go.
struct SecretWatchPlan: Sendable {
    /// What one watch shows.
    enum Scope: Hashable, Sendable {
        case secret(namespace: String, name: String)
        case namespace(String)
        case cluster
    }

    /// How many names of a namespace have a watch each.
    static let namesPerNamespace = 16
    /// How many watches there are before the whole cluster is watched.
    static let watches = 64

    private let isForWholeCluster: Bool
    private var wide: Set<String> = []
    private var isClusterWide = false

    /// Creates a plan without watches.
    /// - Parameter isForWholeCluster: Whether the operator is there for all namespaces.
    init(isForWholeCluster: Bool) { self.isForWholeCluster = isForWholeCluster }

    /// Returns the watches that show all of these names.
    mutating func scopes(_ needed: [String: Set<String>]) -> Set<Scope> {
        for (namespace, names) in needed where names.count > Self.namesPerNamespace { wide.insert(namespace) }
        if isClusterWide, !needed.isEmpty { return [.cluster] }
        var scopes: Set<Scope> = []
        for (namespace, names) in needed where !names.isEmpty {
            if wide.contains(namespace) {
                scopes.insert(.namespace(namespace))
            } else {
                scopes.formUnion(names.map { .secret(namespace: namespace, name: $0) })
            }
        }
        guard scopes.count > Self.watches else { return scopes }
        if isForWholeCluster {
            isClusterWide = true
            return [.cluster]
        }
        // Not allowed to look everywhere: one watch a namespace is the least.
        for (namespace, names) in needed where names.count > 1 { wide.insert(namespace) }
        return Set(
            needed.filter { !$0.value.isEmpty }.flatMap { namespace, names -> [Scope] in
                wide.contains(namespace)
                    ? [.namespace(namespace)] : names.map { .secret(namespace: namespace, name: $0) }
            }
        )
    }
}
