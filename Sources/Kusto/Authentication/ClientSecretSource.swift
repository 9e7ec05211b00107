internal import Secrets

/// An Entra application with a client secret (Microsoft identity platform, "client credentials flow").
struct ClientSecretSource: TokenSource {
    let tenantID: String
    let clientID: String
    let secret: Secret
    let wire: Wire

    func token(for cloud: CloudMetadata) async throws(KustoError) -> AccessToken {
        try await TokenRequest.post(
            [
                ("client_id", clientID), ("client_secret", secret.reveal()), ("grant_type", "client_credentials"),
                ("scope", cloud.scope),
            ],
            to: "\(cloud.loginEndpoint)/\(PercentEncoding.path(tenantID))/oauth2/v2.0/token",
            wire
        )
    }
}
