/// What a token is for.
package enum TokenAudience: Sendable, Hashable {
    /// A cluster of ADX, whose metadata say where to log in, and for what, as far as they are trusted to.
    case cluster(url: String, trusting: TrustedEndpoints)
    /// A resource of Azure, such as `https://kusto.kusto.windows.net`, and where to log in for it.
    case resource(String, loginEndpoint: String)
    /// What the credential says itself.
    case ofCredential
}
