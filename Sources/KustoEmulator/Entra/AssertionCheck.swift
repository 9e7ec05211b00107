internal import Cryptography
internal import JSON

/// Checks the assertion that an application sends in place of a secret (RFC 7523, section 3; Microsoft identity platform,
/// "certificate credentials" and "workload identity federation").
struct AssertionCheck {
    /// How far the clocks may be apart, in seconds.
    static let skew = 300

    /// The application's id.
    let client: String
    /// The application.
    let application: EmulatedApplication
    /// The token endpoint that was asked.
    let audience: String
    /// The time, in seconds since 1970.
    let now: Int

    /// Checks an assertion.
    /// - Returns: The id by which it is used once and when it ends; `nil` for one that may be used again.
    func check(_ assertion: String) throws(EntraError) -> (id: String, end: Int)? {
        guard let claims = Self.unverified(assertion) else {
            throw .invalidClient(50_027, "JWT token is invalid or malformed")
        }
        let issuer = claims["iss"]?.stringValue ?? ""
        return issuer == client ? try checkOwn(assertion) : try checkFederated(assertion, issuer: issuer, claims)
    }

    private func checkOwn(_ assertion: String) throws(EntraError) -> (id: String, end: Int) {
        let verified = application.certificates.lazy.compactMap { certificate in
            JWTAlgorithm.allCases.lazy.compactMap { Self.verify(assertion, certificate, $0) }.first
        }.first
        guard let claims = verified else {
            throw .invalidClient(
                700_027,
                "The certificate with which the assertion is signed is not registered on application '\(client)'"
            )
        }
        guard claims["sub"]?.stringValue == client else {
            throw .invalidClient(700_021, "Client assertion application identifier does not match 'client_id'")
        }
        guard claims["aud"]?.stringValue == audience else {
            throw .invalidClient(700_023, "Client assertion audience claim does not match the token endpoint")
        }
        let end = try checkTime(claims)
        guard let id = claims["jti"]?.stringValue, !id.isEmpty else {
            throw .invalidClient(50_013, "Assertion is not valid: it has no jti")
        }
        return (id, end)
    }

    private func checkFederated(
        _ assertion: String,
        issuer: String,
        _ unverified: JSONValue
    ) throws(EntraError) -> (id: String, end: Int)? {
        let ofIssuer = application.federations.filter { $0.issuer == issuer }
        guard !ofIssuer.isEmpty else {
            throw .invalidClient(700_211, "No matching federated identity record found for the assertion's issuer")
        }
        let subject = unverified["sub"]?.stringValue
        let ofSubject = ofIssuer.filter { $0.subject == subject }
        guard !ofSubject.isEmpty else {
            throw .invalidClient(700_213, "No matching federated identity record found for the assertion's subject")
        }
        let audiences = unverified["aud"].map { $0.arrayValue ?? [$0] }?.compactMap(\.stringValue) ?? []
        guard let federation = ofSubject.first(where: { audiences.contains($0.audience) }) else {
            throw .invalidClient(700_212, "No matching federated identity record found for the assertion's audience")
        }
        guard let claims = Self.verify(assertion, federation.certificate, .rs256, isNamed: false) else {
            throw .invalidClient(50_013, "Assertion failed signature validation")
        }
        _ = try checkTime(claims)
        return nil
    }

    private func checkTime(_ claims: JSONValue) throws(EntraError) -> Int {
        let (begin, end) = (claims["nbf"]?.doubleValue ?? 0, claims["exp"]?.doubleValue ?? 0)
        guard begin.isFinite, begin <= Double(now + Self.skew), end > Double(now - Self.skew), end < 1e12 else {
            throw .invalidClient(700_024, "Client assertion is not within its valid time range")
        }
        return Int(end)
    }

    /// The claims of a token whose signature is a certificate's, and whose header says so.
    private static func verify(
        _ token: String,
        _ certificate: Certificate,
        _ algorithm: JWTAlgorithm,
        isNamed: Bool = true
    ) -> JSONValue? {
        guard let verified = JWTVerifier.verify(token, signedBy: certificate, algorithm),
            let header = try? JSONValue(parsing: verified.header),
            let claims = try? JSONValue(parsing: verified.claims), header["alg"]?.stringValue == algorithm.rawValue
        else { return nil }
        guard isNamed else { return claims }
        let names = [(header["x5t#S256"], certificate.thumbprint), (header["x5t"], certificate.olderThumbprint)]
        let given = names.filter { $0.0 != nil }
        // Azure's library for Python pads them, which Entra takes.
        let isNamedRight = given.allSatisfy { $0.0?.stringValue?.prefix { $0 != "=" } == $0.1[...] }
        guard !given.isEmpty, isNamedRight else { return Optional.none }
        return claims
    }

    /// What a token says, whoever signed it.
    private static func unverified(_ token: String) -> JSONValue? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64.decodeForURL(parts[1].utf8),
            let claims = try? JSONValue(parsing: bytes), claims.objectValue != nil
        else { return nil }
        return claims
    }
}
