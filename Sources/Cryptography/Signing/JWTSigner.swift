package import Secrets

/// Signs JSON Web Tokens (RFC 7519) with the key of a certificate, which says whose it is.
package struct JWTSigner: Sendable {
    /// The fewest bits of a key (RFC 7518, section 3.3).
    package static let minimumBits = 2048
    private let key: Secret
    private let algorithm: JWTAlgorithm
    private let header: String

    /// Creates a signer.
    /// - Parameters:
    ///   - certified: The key, which must be one of RSA with 2048 bits or more, and its certificates.
    ///   - algorithm: What is signed with; Microsoft Entra wants PS256 today, AD FS knows RS256 only.
    ///   - hasChain: Whether each token carries the certificates themselves, for whoever trusts their issuer and subject
    ///     instead of this one certificate; Microsoft Entra calls that subject name and issuer authentication.
    ///   - namesKey: Whether each token names the key as ``Certificate/jsonWebKey`` does, for whoever has a set of keys.
    /// - Throws: ``SigningError`` with `unsuitableKey`.
    package init(
        _ certified: CertifiedKey,
        algorithm: JWTAlgorithm = .ps256,
        hasChain: Bool = false,
        namesKey: Bool = false
    ) throws(SigningError) {
        let bits = OpenSSLErrors.dropping { PrivateKey(pem: certified.key)?.rsaBits }
        guard let bits else {
            throw SigningError(.unsuitableKey, "the certificate's key is not of RSA, as \(algorithm.rawValue) needs")
        }
        guard bits >= Self.minimumBits else {
            throw SigningError(
                .unsuitableKey,
                "the certificate's key has \(bits) bits, but \(algorithm.rawValue) needs \(Self.minimumBits) or more"
            )
        }
        key = certified.key
        self.algorithm = algorithm
        header = Self.header(algorithm, certified.chain, hasChain: hasChain, namesKey: namesKey)
    }

    /// Returns a token.
    /// - Parameter claims: What the token says, an object of JSON.
    /// - Throws: ``SigningError`` with `failed`.
    package func sign(_ claims: [UInt8]) throws(SigningError) -> Secret {
        let text = "\(Base64.encodeForURL(Array(header.utf8))).\(Base64.encodeForURL(claims))"
        let signature = OpenSSLErrors.dropping { () -> [UInt8]? in
            guard let key = PrivateKey(pem: key) else { return nil }
            return RSASignature.sign(Array(text.utf8), algorithm, key)
        }
        guard let signature else { throw SigningError(.failed, "OpenSSL cannot sign with the certificate's key") }
        return Secret("\(text).\(Base64.encodeForURL(signature))")
    }

    /// The certificate is named by its digest (RFC 7515, section 4.1.8), for AD FS by the older one too.
    private static func header(
        _ algorithm: JWTAlgorithm,
        _ chain: [Certificate],
        hasChain: Bool,
        namesKey: Bool
    ) -> String {
        var members = [("alg", "\"\(algorithm.rawValue)\""), ("typ", "\"JWT\"")]
        if let own = chain.first {
            members.append(("x5t#S256", "\"\(own.thumbprint)\""))
            if algorithm == .rs256 { members.append(("x5t", "\"\(own.olderThumbprint)\"")) }
            if namesKey { members.append(("kid", "\"\(own.thumbprint)\"")) }
        }
        if hasChain {
            let certificates = chain.map { "\"\(String(decoding: Base64.encode($0.der), as: UTF8.self))\"" }
            members.append(("x5c", "[\(certificates.joined(separator: ","))]"))
        }
        return "{\(members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}"
    }
}
