/// Gets access tokens with one kind of credential.
protocol TokenFlow: Sendable {
    /// Whether it matters where tokens are asked for, and for what.
    var needsTarget: Bool { get }
    /// Gets a new token.
    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken
}
