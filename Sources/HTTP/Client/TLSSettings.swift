package import Secrets

/// How the two sides of a TLS connection know each other.
package struct TLSSettings: Sendable, Hashable {
    /// A certificate that the client shows to servers that ask for one.
    package struct ClientCertificate: Sendable, Hashable {
        /// The certificate and those between it and its authority, as PEM.
        package let certificate: [UInt8]
        /// The certificate's key, as PEM.
        package let key: Secret

        /// Creates an identity.
        package init(certificate: [UInt8], key: Secret) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// The only authorities that a server's certificate may come from, as PEM; `nil` for the client's own.
    ///
    /// They do not count for a proxy.
    package var authorities: [UInt8]?
    /// The client's certificate, or `nil`.
    package var identity: ClientCertificate?
    /// The name that is asked for and that the server's certificate must have; `nil` for the host of the URL.
    package var serverName: String?
    /// Whether the server's certificate is checked at all; without that anybody on the way can read and change everything.
    package var verifiesServer: Bool
    /// Whether the server's certificate must be for the host that was asked.
    package var verifiesHostname: Bool

    /// Creates settings; without arguments the system's authorities are trusted, and no certificate is shown.
    package init(
        authorities: [UInt8]? = nil,
        identity: ClientCertificate? = nil,
        serverName: String? = nil,
        verifiesServer: Bool = true,
        verifiesHostname: Bool = true
    ) {
        self.authorities = authorities
        self.identity = identity
        self.serverName = serverName
        self.verifiesServer = verifiesServer
        self.verifiesHostname = verifiesHostname
    }
}
