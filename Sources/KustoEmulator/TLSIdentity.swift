/// A certificate chain and its key, both PEM.
package struct TLSIdentity: Sendable {
    /// The certificate, followed by those that signed it.
    package let certificate: String
    /// Its private key.
    package let key: String

    /// Creates an identity.
    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
