internal import Cryptography
internal import JSON
internal import Kubernetes

/// Rendered configurations as the operator keeps them in memory: digests in place of texts, since nobody reads them
/// again and every sink has several.
enum ConfigurationDigests {
    /// Returns a ConfigMap with a digest in place of each value of `data`.
    static func reduced(_ configuration: KubernetesObject) -> KubernetesObject {
        guard let data = configuration.json["data"]?.objectValue else { return configuration }
        let digests = data.map {
            ($0.key, JSONValue.string(SHA256.hexadecimal(Array(($0.value.stringValue ?? "").utf8))))
        }
        return KubernetesObject(configuration.json.setting(.object(JSONObject(digests)), at: ["data"]))
    }
}
