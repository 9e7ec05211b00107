internal import Secrets

/// Credentials that a plugin prints.
struct ExecCredentialSource: CredentialSource {
    let plugin: ExecPlugin
    let clock: KubernetesClock
    var isSlow: Bool { true }

    func fetch() throws(APIError) -> FetchedCredential {
        let printed = try plugin.run()
        let credential = Credential(
            authorization: printed.token.map { Secret("Bearer \($0.reveal())") },
            identity: printed.identity
        )
        // Without an end it is good until the server refuses it.
        guard let expiry = printed.expiry else { return FetchedCredential(credential: credential) }
        let life = expiry - Double(clock.unixMicroseconds()) / 1_000_000
        guard life > 0 else {
            throw APIError(
                .configuration,
                "credential plugin \(plugin.command) printed a credential that has ended already; check its login and "
                    + "this machine's clock"
            )
        }
        // A new one is got in the last tenth of the life, but not more than five minutes early.
        return FetchedCredential(
            credential: credential,
            freshFor: .seconds(max(life * 0.9, life - 300)),
            usableFor: .seconds(life)
        )
    }
}
