package import Secrets

/// A certificate with its private key, in a file.
package struct ClientCertificate: Sendable, Hashable {
    /// The file: PEM, PKCS #12 or JKS, which its content says.
    package var path: String
    /// The password of the file, or of the key in it.
    package var password: RotatedSecret?

    /// Creates a certificate; without a password for a key that has none.
    package init(path: String, password: RotatedSecret? = nil) {
        self.path = path
        self.password = password
    }
}
