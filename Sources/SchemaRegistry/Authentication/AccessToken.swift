internal import Secrets

/// A bearer token and how long it is good.
struct AccessToken: Sendable {
    /// The token.
    let secret: Secret
    /// How long it is good, from the moment it was issued.
    let lifetime: Duration
}
