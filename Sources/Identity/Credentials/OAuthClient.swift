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
    /// Whether application and secret are encoded as in forms before they go into HTTP Basic, as RFC 6749 (2.3.1) asks for;
    /// Kafka's own client does so only when it is told to (`sasl.oauthbearer.header.urlencode`).
    package var encodesCredentials: Bool
    /// How long before its end a token is renewed.
    package var expiryBuffer: Duration

    /// Creates an application.
    ///
    /// Without further arguments there is no scope, nothing is encoded, and tokens are renewed five minutes early.
    package init(
        tokenURL: String,
        clientID: String,
        clientSecret: RotatedSecret,
        scope: String? = nil,
        encodesCredentials: Bool = false,
        expiryBuffer: Duration = .seconds(300)
    ) {
        self.tokenURL = tokenURL
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scope = scope
        self.encodesCredentials = encodesCredentials
        self.expiryBuffer = expiryBuffer
    }
}
