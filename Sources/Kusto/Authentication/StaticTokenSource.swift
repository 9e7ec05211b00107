internal import Secrets

/// A bearer token from elsewhere, good until the cluster says otherwise.
struct StaticTokenSource: TokenSource {
    let secret: Secret

    func token(for cloud: CloudMetadata) async throws(KustoError) -> AccessToken {
        AccessToken(secret: secret, lifetime: .seconds(365 * 86_400), refreshAfter: nil)
    }
}
