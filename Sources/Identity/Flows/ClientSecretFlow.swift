internal import Secrets

/// An Entra application with a client secret (Microsoft identity platform, "client credentials flow").
struct ClientSecretFlow: TokenFlow {
    let application: EntraApplication
    let secret: HeldProof<Secret>
    let wire: TokenWire
    let needsTarget = true

    func token(for target: TokenTarget) async throws(IdentityError) -> AccessToken {
        try await secret.use(report: wire.report) { secret async throws(IdentityError) in
            try await TokenRequest.entra(
                application,
                proof: [("client_secret", secret.reveal())],
                at: target.loginEndpoint,
                for: target,
                wire
            )
        }
    }
}
