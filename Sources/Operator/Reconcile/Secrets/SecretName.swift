/// Which Secret is meant.
struct SecretName: Hashable, Comparable, Sendable {
    /// The Secret's namespace.
    let namespace: String
    /// The Secret's name.
    let name: String

    static func < (left: SecretName, right: SecretName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}
