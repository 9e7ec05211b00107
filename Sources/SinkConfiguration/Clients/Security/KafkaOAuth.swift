package import Identity

/// How a client gets the tokens that it signs in with by OAUTHBEARER.
package struct KafkaOAuth: Sendable, Hashable {
    /// As whom tokens are asked for.
    package var credential: Credential
    /// What the tokens are for.
    package var audience: TokenAudience
    /// What the broker is told beside the token (RFC 7628, 3.1), such as `logicalCluster`.
    package var extensions: [String: String] = [:]
    /// The claim of a token that names the client.
    package var subjectClaim = "sub"
    /// The authorities that the token endpoint's certificate may have, or `nil` for the machine's.
    package var trust: KeyStoreSource?
    /// The properties to check when the credential is refused, for messages.
    package var properties: [String]

    /// Creates a way to get tokens, without extensions.
    package init(_ credential: Credential, for audience: TokenAudience, properties: [String]) {
        self.credential = credential
        self.audience = audience
        self.properties = properties
    }
}
