internal import Secrets

/// A bearer token that the user gives; it is used until the cluster refuses it.
struct StaticTokenSource: TokenSource {
    let secret: Secret

    func token(for cloud: CloudMetadata) async throws(KustoError) -> AccessToken {
        AccessToken(secret: secret, lifetime: .seconds(365 * 86_400), refreshAfter: nil)
    }
}
