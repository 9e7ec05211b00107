package import Cryptography

/// An application of Entra, and what proves that a request is its own.
package struct EmulatedApplication: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The secrets that are good.
    package var secrets: Set<String>
    /// Secrets that were good once, of which Entra says that they have expired.
    package var expiredSecrets: Set<String>
    /// The certificates whose keys sign its assertions.
    package var certificates: [Certificate]
    /// Whose tokens are taken in place of an assertion of its own.
    package var federations: [FederatedIdentity]

    /// Creates an application; without arguments one that can prove nothing.
    package init(
        secrets: Set<String> = [],
        expiredSecrets: Set<String> = [],
        certificates: [Certificate] = [],
        federations: [FederatedIdentity] = []
    ) {
        self.secrets = secrets
        self.expiredSecrets = expiredSecrets
        self.certificates = certificates
        self.federations = federations
    }

    /// Creates an application with one secret.
    package init(stringLiteral secret: String) { self.init(secrets: [secret]) }
}
