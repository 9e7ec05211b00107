/// A certificate of X.509, which nobody has checked.
package struct Certificate: Sendable, Hashable {
    /// The certificate's bytes in DER.
    package let der: [UInt8]
    /// Whom it is for, as RFC 2253 writes names: `CN=client,O=Company`; to be shown, not to decide by.
    package let subject: String
    /// Who signed it.
    package let issuer: String
    /// When it begins to be valid, in seconds since 1970.
    package let notBefore: Int
    /// The last second in which it is valid, in seconds since 1970.
    package let notAfter: Int

    /// Reads a certificate, or returns `nil` when the bytes are none.
    /// - Parameter der: The certificate's bytes; what is behind them is not looked at.
    init?(_ der: [UInt8]) {
        guard let handle = X509Handle(der) else { return nil }
        self.init(handle)
    }

    /// Copies a certificate, or returns `nil` when its times are none.
    init?(_ handle: borrowing X509Handle) {
        guard let der = handle.der, let notBefore = handle.notBefore, let notAfter = handle.notAfter else { return nil }
        self.der = der
        self.notBefore = notBefore
        self.notAfter = notAfter
        subject = ShownText.of(handle.subject, limit: 512)
        issuer = ShownText.of(handle.issuer, limit: 512)
    }

    /// The certificate as a block of PEM, with a newline at the end.
    package var pem: String { PEMText.block("CERTIFICATE", der) }

    /// The digest by which tokens name the certificate, SHA-256 in base64 for URLs (RFC 7515, section 4.1.8).
    package var thumbprint: String { Base64.encodeForURL(SHA256.digest(der)) }

    /// The older digest by which tokens name it, SHA-1 (RFC 7515, section 4.1.7).
    package var olderThumbprint: String { Base64.encodeForURL(SHA1.digest(der)) }

    /// The public key as a member of a key set in JSON (RFC 7517), named by ``thumbprint``; `nil` when it is not of RSA.
    package var jsonWebKey: String? {
        let parts = OpenSSLErrors.dropping { X509Handle(der)?.rsaParts }
        guard let (modulus, exponent) = parts else { return nil }
        let members = [
            ("kty", "RSA"), ("use", "sig"), ("alg", JWTAlgorithm.rs256.rawValue), ("kid", thumbprint),
            ("n", Base64.encodeForURL(modulus)), ("e", Base64.encodeForURL(exponent)),
        ]
        return "{\(members.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ","))}"
    }

    package static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }

    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
