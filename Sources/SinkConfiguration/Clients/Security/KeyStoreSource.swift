package import Secrets

/// A key or trust store as Java's properties name it; nothing is read yet.
package struct KeyStoreSource: Sendable, Hashable {
    /// Where the store is.
    package enum Content: Sendable, Hashable {
        /// A file. Its bytes say whether it is PEM, PKCS12 or JKS: Java reads PKCS12 under the name JKS, too.
        case file(String)
        /// PEM text that stands in the configuration: certificates, with a private key in front when it is an identity.
        case pem(Secret)
    }

    /// Where the store is.
    package var content: Content
    /// The type that was written, such as `PKCS12`; `nil` when none was.
    package var type: String?
    /// The store's password.
    package var password: Secret?
    /// The private key's own password; without one it is the store's.
    package var keyPassword: Secret?
    /// The property that names the store, with its prefix, for messages about it.
    package var property: String

    /// Creates a source.
    package init(
        _ content: Content,
        type: String? = nil,
        password: Secret? = nil,
        keyPassword: Secret? = nil,
        property: String
    ) {
        self.content = content
        self.type = type
        self.password = password
        self.keyPassword = keyPassword
        self.property = property
    }
}
