internal import JSON
package import Kubernetes

/// Digests of Secrets' data, by which a rotated credential is noticed without keeping it.
package enum CredentialDigest {
    /// The digest of the values of some keys of a Secret; labels and other keys do not change it.
    ///
    /// A key that is missing counts as such, so that its appearance is a change.
    /// - Parameters:
    ///   - secret: The Secret as the API server keeps it; also `stringData`, as people write it in files, is read.
    ///   - keys: The keys in use.
    package static func of(_ secret: KubernetesObject, keys: Set<String>) -> String {
        var text = ""
        for key in keys.sorted() {
            let encoded = secret.json["data"]?[key]?.stringValue
            let plain = secret.json["stringData"]?[key]?.stringValue
            let value = plain.map { Base64.encode(Array($0.utf8)) } ?? encoded
            // Neither a key nor base64 holds a blank, so no two contents give the same text.
            text += value.map { "\(key) \($0)\n" } ?? "\(key)\n"
        }
        return ShortDigest.of(text)
    }

    /// The digest of all Secrets that are in use; one without a digest counts as missing.
    static func combined(_ digests: [String: String], of secrets: [String: Set<String>]) -> String {
        ShortDigest.of(secrets.keys.sorted().map { "\($0) \(digests[$0] ?? "")\n" }.joined())
    }
}
