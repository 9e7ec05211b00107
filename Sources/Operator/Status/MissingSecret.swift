/// A Secret that the spec names and that cannot be used.
package struct MissingSecret: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The Secret's name.
    package let secret: String
    /// The key that it lacks, or `nil` when there is no such Secret.
    package let key: String?

    /// Creates a finding.
    package init(secret: String, key: String? = nil) {
        self.secret = secret
        self.key = key
    }

    package static func < (left: MissingSecret, right: MissingSecret) -> Bool {
        (left.secret, left.key ?? "") < (right.secret, right.key ?? "")
    }

    package var description: String {
        key.map { "Secret \(secret) has no key \($0): add it, or name another one in the spec" }
            ?? "there is no Secret \(secret): create it, or name another one in the spec"
    }
}
