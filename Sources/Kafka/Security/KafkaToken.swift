package import Secrets

/// What a client signs in with by the mechanism OAUTHBEARER.
package struct KafkaToken: Sendable {
    /// The token, which goes to the brokers.
    let value: Secret
    /// When it ends, in milliseconds since 1970.
    let expiresAt: Int64
    /// Whom it is for, as it is named in the client's own messages.
    let principal: String
    /// What brokers are told beside the token: names of letters only, and values.
    let extensions: [String: String]

    /// Creates a token.
    /// - Parameters:
    ///   - value: The token, which goes to the brokers.
    ///   - expiresAt: When it ends, in milliseconds since 1970; the client asks for another after four fifths of the time.
    ///   - principal: Whom it is for; the brokers find that out by themselves.
    ///   - extensions: What brokers are told beside the token (RFC 7628, section 3.1): names of letters only, and values.
    package init(value: Secret, expiresAt: Int64, principal: String, extensions: [String: String] = [:]) {
        self.value = value
        self.expiresAt = expiresAt
        self.principal = principal
        self.extensions = extensions
    }
}
