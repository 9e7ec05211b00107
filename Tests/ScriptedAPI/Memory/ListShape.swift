internal import JSON

/// How the items of a list are told apart when several managers write to it.
///
/// The real server reads this from each kind's schema; here the lists that operators meet are enough, and every other
/// list belongs to one manager as a whole.
enum ListShape: Equatable {
    /// Items are objects, told apart by these members.
    case map(keys: [String])
    /// Items are plain values.
    case set
    /// The list is one value.
    case whole

    private static let keys: [String: [String]] = [
        "containers": ["name"], "initContainers": ["name"], "env": ["name"], "volumes": ["name"],
        "imagePullSecrets": ["name"], "volumeMounts": ["mountPath"], "conditions": ["type"],
        "ownerReferences": ["uid"], "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"],
        "topics": ["topic"], "hostAliases": ["ip"],
    ]

    /// The shape of the list at a path.
    static func of(_ path: FieldPath) -> ListShape {
        guard case .member(let name)? = path.steps.last else { return .whole }
        if name == "finalizers" { return .set }
        if name == "ports" {
            let isContainer = path.steps.contains(.member("containers"))
            if isContainer { return .map(keys: ["containerPort", "protocol"]) }
            return path.steps.count == 2 ? .map(keys: ["port", "protocol"]) : .whole
        }
        return keys[name].map { .map(keys: $0) } ?? .whole
    }

    /// The keys of an item, or `nil` when it lacks one.
    static func identity(of item: JSONValue, keys: [String]) -> [String: JSONValue]? {
        var identity: [String: JSONValue] = [:]
        for key in keys {
            if let value = item[key] {
                identity[key] = value
            } else if key == "protocol" {
                identity[key] = "TCP"
            } else {
                return nil
            }
        }
        return identity
    }
}
