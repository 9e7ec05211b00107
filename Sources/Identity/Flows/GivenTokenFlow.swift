internal import Secrets

/// A bearer token that the user gives; it is used until it is refused or replaced.
struct GivenTokenFlow: TokenFlow {
    let secret: HeldProof<Secret>
    let wire: TokenWire
    let needsTarget = false

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        let token = try secret.read()
        guard !token.isEmpty, token.reveal().utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw IdentityError(
                .invalidConfiguration,
                "the token that is given cannot be sent in a header of HTTP: it is empty, or has line breaks or other control "
                    + "characters; \(wire.remedy)",
                needsChange: !secret.mayChange
            )
        }
        let now = wire.clock.unixSeconds()
        let left = TokenClaims(token.reveal())?.end.map { $0 - now } ?? 0
        // Whether a token that seems to have ended is still good is for the service to say.
        let lifetime = left > 0 ? min(left, Self.longest) : Self.longest
        return AccessToken(
            secret: token,
            lifetime: .seconds(lifetime),
            unixSeconds: now,
            // Whoever replaces it does so before its end, which the token need not say.
            renewal: .every(.seconds(secret.mayChange ? 60 : Self.longest))
        )
    }

    /// A year.
    private static let longest = 365.0 * 86_400
}
