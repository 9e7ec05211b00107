internal import Cryptography
internal import FoundationEssentials
internal import JSON
internal import Secrets

/// An Entra application with a certificate, whose key signs who asks (Microsoft identity platform, "certificate
/// credentials").
struct CertificateFlow: TokenFlow {
    /// How long an assertion is good.
    private static let lifetime = 600.0

    let application: EntraApplication
    let certificate: HeldProof<CertifiedKey>
    let wire: TokenWire
    let needsTarget = true

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        let audience = TokenRequest.entraURL(application, at: target.loginEndpoint)
        return try await certificate.use(report: wire.report) { key async throws(IdentityError) in
            try await TokenRequest.entra(
                application,
                proof: [
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    ("client_assertion", try assertion(audience, key)),
                ],
                at: target.loginEndpoint,
                for: target,
                wire
            )
        }
    }

    /// Signs that the application asks at this endpoint, now and once.
    private func assertion(_ audience: String, _ key: CertifiedKey) throws(IdentityError) -> String {
        let now = wire.clock.unixSeconds()
        try check(key, now: now)
        let claims: JSONValue = [
            "aud": .string(audience), "iss": .string(application.clientID), "sub": .string(application.clientID),
            "jti": .string(UUID().uuidString.lowercased()), "iat": .integer(Int64(now)), "nbf": .integer(Int64(now)),
            "exp": .integer(Int64(now + Self.lifetime)),
        ]
        do throws(SigningError) {
            return try JWTSigner(key).sign(claims.serialized()).reveal()
        } catch {
            throw IdentityError(.invalidConfiguration, "\(error.message); \(wire.remedy)")
        }
    }

    /// Checks that the certificate is valid: Entra would refuse it with a number only.
    private func check(_ key: CertifiedKey, now: Double) throws(IdentityError) {
        guard let own = key.chain.first else { return }
        let reason =
            if now > Double(own.notAfter) {
                "ended at \(Self.text(own.notAfter)); renew it"
            } else if now < Double(own.notBefore) {
                "begins at \(Self.text(own.notBefore)) only; check this machine's clock"
            } else {
                String?.none
            }
        guard let reason else { return }
        throw IdentityError(.refused, "the certificate of \(own.subject) \(reason), and \(wire.remedy)")
    }

    private static func text(_ unixSeconds: Int) -> String {
        Date(timeIntervalSince1970: Double(unixSeconds)).formatted(.iso8601)
    }
}
