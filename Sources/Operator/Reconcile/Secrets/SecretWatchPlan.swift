/// Which watches show the Secrets that sinks name, with as little reading of others as the number of watches allows.
///
/// A watch of one name needs no right to anything else (the authorizer matches it with `resourceNames`) and holds nothing
/// else in memory, but costs a connection. So a namespace gets one watch for each name while there are few. It gets one
/// watch of all its Secrets when it names many, or when all watches together are too many: the namespaces that name the
/// most come first, since they save the most. One watch of the whole cluster is the last resort, for very many
/// namespaces: whoever fills one namespace with Secrets would burden it for all, and it reads those that no sink is near.
/// Of a Secret that nobody names only digests are held, and of a namespace that became wide it is remembered, so that
/// watches do not come and go.
///
/// By name, nothing is ever read but what a sink names: beyond the limit the Secrets are polled, one by one. Which ones
/// have a watch stays as it is for as long as they are named.
struct SecretWatchPlan: Sendable {
    /// What one watch shows.
    enum Scope: Hashable, Sendable {
        case secret(namespace: String, name: String)
        case namespace(String)
        case cluster
    }

    /// How the plan may read Secrets.
    enum Access: Sendable {
        /// Also those that no sink names, of the namespaces that the operator is there for, or of the whole cluster.
        case widening(isForWholeCluster: Bool)
        /// Those that sinks name, each by its name.
        case byName
    }

    /// Where each Secret is seen.
    struct Arrangement: Hashable, Sendable {
        /// The watches.
        var watched: Set<Scope> = []
        /// The Secrets that no watch shows.
        var polled: Set<SecretName> = []
    }

    /// How many names of a namespace have a watch each.
    static let namesPerNamespace = 16
    /// How many watches there are before namespaces that name more than one Secret get one each, or, by name, before
    /// further Secrets are polled.
    static let watches = 64
    /// How many namespaces are watched before the whole cluster is.
    static let namespaces = 200

    private let access: Access
    private var wide: Set<String> = []
    private var isClusterWide = false
    /// By name, what has a watch.
    private var watched: Set<SecretName> = []

    /// Creates a plan without watches.
    init(_ access: Access) { self.access = access }

    /// Returns what shows all of these names.
    mutating func arrange(_ needed: [String: Set<String>]) -> Arrangement {
        switch access {
        case .byName: arrangeByName(needed)
        case .widening(let isForWholeCluster):
            Arrangement(watched: scopes(needed, isForWholeCluster: isForWholeCluster))
        }
    }

    private mutating func arrangeByName(_ needed: [String: Set<String>]) -> Arrangement {
        let names = Set(needed.flatMap { namespace, names in names.map { SecretName(namespace: namespace, name: $0) } })
        watched.formIntersection(names)
        watched.formUnion(names.subtracting(watched).sorted().prefix(Self.watches - watched.count))
        return Arrangement(
            watched: Set(watched.map { .secret(namespace: $0.namespace, name: $0.name) }),
            polled: names.subtracting(watched)
        )
    }

    private mutating func scopes(_ needed: [String: Set<String>], isForWholeCluster: Bool) -> Set<Scope> {
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
