internal import JSON
internal import Kubernetes

/// The answers to discovery.
enum DiscoveryDocument {
    /// The document at a path, or `nil`.
    static func read(_ path: String, kinds: [ResourceKind]) -> JSONValue? {
        let parts = path.split(separator: "/").map(String.init)
        switch (parts.count, parts.first) {
        case (1, "version"): return ["major": "1", "minor": "34", "gitVersion": "v1.34.0"]
        case (2, "api"): return resources(kinds.filter { $0.group == "" && $0.version == parts[1] }, parts[1])
        case (3, "apis"):
            let known = kinds.filter { $0.group == parts[1] && $0.version == parts[2] }
            guard !known.isEmpty else { return nil }
            return resources(known, "\(parts[1])/\(parts[2])")
        default: return nil
        }
    }

    private static func resources(_ kinds: [ResourceKind], _ groupVersion: String) -> JSONValue {
        [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(groupVersion),
            "resources": .array(
                kinds.map { ["name": .string($0.plural), "kind": .string($0.kind), "namespaced": true] }
            ),
        ]
    }
}
