internal import Secrets

/// A bearer token that the user gives; it is used until it is refused or replaced.
struct GivenTokenFlow: TokenFlow {
    let secret: HeldSecret
    /// What to check when the token cannot be used.
    let remedy: String
    let needsTarget = false

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        let token = secret.read()
        guard !token.isEmpty, token.reveal().utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw IdentityError(
                .invalidConfiguration,
                "the token that is given cannot be sent in a header of HTTP: it is empty, or has line breaks or other control "
                    + "characters; \(remedy)",
                needsChange: !secret.mayChange
            )
        }
        return AccessToken(
            secret: token,
            lifetime: .seconds(365 * 86_400),
            // Whoever replaces it does so before its end, which the token need not say.
            renewal: .every(secret.mayChange ? .seconds(60) : .seconds(365 * 86_400))
        )
    }
}
