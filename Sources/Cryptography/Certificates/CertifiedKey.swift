package import Secrets

/// A private key and the certificates that say whose it is.
package struct CertifiedKey: Sendable, Hashable {
    /// The key as a block of PEM, in PKCS #8, not encrypted.
    package let key: Secret
    /// The certificate of the key, then each one's issuer, as far as they are known.
    package let chain: [Certificate]

    /// The most certificates of a chain.
    static let maximumChain = 32

    /// Makes a key of RSA and a certificate for it that it signs itself, for tests and for what is trusted by its digest.
    /// - Parameters:
    ///   - commonName: Whom it is for: 64 characters at most.
    ///   - notBefore: When the certificate begins to be valid, in seconds since 1970.
    ///   - notAfter: The last second in which it is valid.
    ///   - bits: The key's length.
    /// - Throws: ``SigningError`` with `failed`.
    package init(
        selfSigned commonName: String,
        notBefore: Int,
        notAfter: Int,
        bits: Int = JWTSigner.minimumBits
    ) throws(SigningError) {
        let made = OpenSSLErrors.dropping { () -> CertifiedKey? in
            guard let key = PrivateKey(newRSA: bits),
                let handle = X509Handle(selfSigned: commonName, notBefore: notBefore, notAfter: notAfter, key),
                let certificate = Certificate(handle)
            else { return nil }
            return CertifiedKey(key, likely: certificate, of: [certificate])
        }
        guard let made else { throw SigningError(.failed, "OpenSSL makes no key and certificate for \(commonName)") }
        self = made
    }

    /// Chooses a key's certificates, or returns `nil` when none is for it.
    /// - Parameters:
    ///   - key: The key.
    ///   - likely: The certificate that the store says to be the key's, if it says so.
    ///   - certificates: The certificates to choose from, in any order.
    init?(_ key: borrowing PrivateKey, likely: Certificate?, of certificates: [Certificate]) {
        guard let pem = key.pem else { return nil }
        var own: Certificate?
        if let likely, key.matches(likely) { own = likely }
        for certificate in certificates where own == nil && key.matches(certificate) { own = certificate }
        guard let own else { return nil }
        self.key = Secret(pem)
        chain = Self.chain(from: own, of: certificates)
    }

    /// The certificates from one up to one that signed itself, or whose issuer is not there.
    private static func chain(from leaf: Certificate, of certificates: [Certificate]) -> [Certificate] {
        var rest = certificates
        var chain = [leaf]
        rest.removeAll { $0 == leaf }
        while chain.count < maximumChain, let last = chain.last, last.issuer != last.subject,
            let handle = X509Handle(last.der)
        {
            let issuer = rest.firstIndex { candidate in
                guard candidate.subject == last.issuer, let candidate = X509Handle(candidate.der) else { return false }
                return candidate.isIssuer(of: handle)
            }
            guard let issuer else { break }
            chain.append(rest.remove(at: issuer))
        }
        return chain
    }
}
