/// Which watches show the Secrets that sinks name, with as little reading of others as the number of watches allows.
///
/// A watch of one name needs no right to anything else (the authorizer matches it with `resourceNames`) and holds nothing
/// else in memory, but costs a connection. So a namespace gets one watch for each name while there are few. It gets one
/// watch of all its Secrets when it names many, or when all watches together are too many: the namespaces that name the
/// most come first, since they save the most. One watch of the whole cluster is the last resort, for very many
/// namespaces: whoever fills one namespace with Secrets would burden it for all, and it reads those that no sink is near.
/// Of a Secret that nobody names only digests are held, and of a namespace that became wide it is remembered, so that
/// watches do not come and go.
struct SecretWatchPlan: Sendable {
    /// What one watch shows.
    enum Scope: Hashable, Sendable {
        case secret(namespace: String, name: String)
        case namespace(String)
        case cluster
    }

    /// How many names of a namespace have a watch each.
    static let namesPerNamespace = 16
    /// How many watches there are before namespaces that name more than one Secret get one each.
    static let watches = 64
    /// How many namespaces are watched before the whole cluster is.
    static let namespaces = 200

    private let isForWholeCluster: Bool
    private var wide: Set<String> = []
    private var isClusterWide = false

    /// Creates a plan without watches.
    /// - Parameter isForWholeCluster: Whether the operator is there for all namespaces.
    init(isForWholeCluster: Bool) { self.isForWholeCluster = isForWholeCluster }

    /// Returns the watches that show all of these names.
    mutating func scopes(_ needed: [String: Set<String>]) -> Set<Scope> {
        let needed = needed.filter { !$0.value.isEmpty }
        if isForWholeCluster, needed.count > Self.namespaces { isClusterWide = true }
        if isClusterWide { return needed.isEmpty ? [] : [.cluster] }
        for (namespace, names) in needed where names.count > Self.namesPerNamespace { wide.insert(namespace) }
        var count = needed.reduce(0) { $0 + (wide.contains($1.key) ? 1 : $1.value.count) }
        let narrow = needed.filter { $0.value.count > 1 && !wide.contains($0.key) }
        let bySavings = narrow.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        for (namespace, names) in bySavings where count > Self.watches {
            wide.insert(namespace)
            count -= names.count - 1
        }
        return Set(
            needed.flatMap { namespace, names -> [Scope] in
                wide.contains(namespace)
                    ? [.namespace(namespace)] : names.map { .secret(namespace: namespace, name: $0) }
            }
        )
    }
}
