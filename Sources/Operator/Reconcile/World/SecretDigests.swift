internal import Cryptography
internal import FoundationEssentials
internal import JSON
package import Kubernetes

/// Secrets as the operator keeps them in memory: digests in place of values.
package enum SecretDigests {
    /// Returns the object with a digest in place of each value of `data`; `stringData` counts as the data that the
    /// server makes of it.
    package static func reduced(_ secret: KubernetesObject) -> KubernetesObject {
        var data: JSONObject = [:]
        for (key, value) in secret.json["data"]?.objectValue ?? [:] {
            data[key] = .string(digest(of: value.stringValue ?? ""))
        }
        for (key, value) in secret.json["stringData"]?.objectValue ?? [:] {
            data[key] = .string(digest(of: Data((value.stringValue ?? "").utf8).base64EncodedString()))
        }
        guard case .object(var members) = secret.json else { return secret }
        members["data"] = data.isEmpty ? JSONValue?.none : .object(data)
        members["stringData"] = nil
        // What `kubectl apply` did last stands in an annotation, values and all.
        let lastApplied = ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"]
        return KubernetesObject(JSONValue.object(members).removing(lastApplied))
    }

    /// Returns the keys of a reduced Secret with their digests.
    static func keys(of reduced: KubernetesObject) -> [String: String] {
        var keys: [String: String] = [:]
        for (key, value) in reduced.json["data"]?.objectValue ?? [:] { keys[key] = value.stringValue }
        return keys
    }

    /// Returns one digest of the used keys' values, or the keys that are missing.
    static func combined(_ used: Set<String>, of digests: [String: String]) -> (digest: String, missing: [String]) {
        let missing = used.filter { digests[$0] == nil }.sorted()
        let text = used.sorted().map { "\($0)=\(digests[$0] ?? "")\n" }.joined()
        return (SHA256.hexadecimal(Array(text.utf8)), missing)
    }

    private static func digest(of base64: String) -> String { SHA256.hexadecimal(Array(base64.utf8)) }
}
