internal import Secrets

/// A bearer token that the user gives; it is used until it is refused.
struct GivenTokenFlow: TokenFlow {
    let secret: Secret
    let needsTarget = false

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        AccessToken(secret: secret, lifetime: .seconds(365 * 86_400))
    }
}
