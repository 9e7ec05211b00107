package import Secrets

/// An application of an identity provider: OAuth 2.0 client credentials (RFC 6749, 4.4).
package struct OAuthClient: Sendable, Hashable {
    /// Where tokens are asked for.
    package var tokenURL: String
    /// The application.
    package var clientID: String
    /// Its secret.
    package var clientSecret: RotatedSecret
    /// What the token is for, or `nil` for what the provider takes then.
    package var scope: String?
    /// How long before its end a token is renewed.
    package var expiryBuffer: Duration

    /// Creates an application; without further arguments no scope, and tokens are renewed five minutes early.
    package init(
        tokenURL: String,
        clientID: String,
        clientSecret: RotatedSecret,
        scope: String? = nil,
        expiryBuffer: Duration = .seconds(300)
    ) {
        self.tokenURL = tokenURL
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scope = scope
        self.expiryBuffer = expiryBuffer
    }
}
