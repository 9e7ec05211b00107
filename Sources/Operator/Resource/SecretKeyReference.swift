/// One key of a Secret in the sink's own namespace.
package struct SecretKeyReference: Sendable, Hashable {
    /// The Secret's name.
    package var name: String
    /// The key in its data.
    package var key: String

    /// Creates a reference.
    package init(name: String, key: String) {
        self.name = name
        self.key = key
    }
}
