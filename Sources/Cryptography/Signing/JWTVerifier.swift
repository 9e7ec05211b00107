/// Checks who signed a JSON Web Token.
package enum JWTVerifier {
    /// Returns the header and the claims of a token, as JSON, or `nil` when it was not signed with a certificate's key.
    ///
    /// The algorithm is the caller's to name: a token must not choose how it is checked. Nothing in it is looked at.
    package static func verify(
        _ token: String,
        signedBy certificate: Certificate,
        _ algorithm: JWTAlgorithm
    ) -> (header: [UInt8], claims: [UInt8])? {
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64.decodeForURL(parts[0]), let claims = Base64.decodeForURL(parts[1]),
            let signature = Base64.decodeForURL(parts[2])
        else { return nil }
        let signed = Array(parts[0]) + [UInt8(ascii: ".")] + Array(parts[1])
        let isValid = OpenSSLErrors.dropping { () -> Bool in
            guard let handle = X509Handle(certificate.der) else { return false }
            return RSASignature.isValid(signature, over: signed, algorithm, handle)
        }
        return isValid ? (header, claims) : nil
    }
}
