/// The access token of a cluster.
///
/// The cluster's metadata are fetched once, a token whenever the last one is about to end.
struct Authenticator: Sendable {
    private let tokens: RefreshedValue<AccessToken>

    init(_ configuration: KustoConfiguration, _ wire: Wire, _ failures: RefreshFailures) {
        let source: any TokenSource =
            switch configuration.authentication {
            case .application(let tenantID, let clientID, let secret):
                ClientSecretSource(tenantID: tenantID, clientID: clientID, secret: secret, wire: wire)
            case .managedIdentity(let clientID):
                ManagedIdentitySource(clientID: clientID, environment: configuration.environment, wire: wire)
            case .workloadIdentity:
                WorkloadIdentitySource(environment: configuration.environment, wire: wire)
            case .token(let secret):
                StaticTokenSource(secret: secret)
            }
        let url = configuration.ingestionURL
        let isStatic = if case .token = configuration.authentication { true } else { false }
        let clouds = RefreshedValue<CloudMetadata>(pause: .seconds(5), now: wire.clock.now) {
            () async throws(KustoError) in
            // A token that the user gives needs no login endpoint.
            let cloud = isStatic ? .publicCloud : try await CloudMetadata.fetch(from: url, wire)
            return (cloud, Validity(fresh: .seconds(365 * 86_400), usable: nil))
        }
        tokens = RefreshedValue(pause: .seconds(30), now: wire.clock.now, onFailure: failures.reporter(of: "token")) {
            () async throws(KustoError) in
            let token = try await source.token(for: try await clouds.get().value)
            return (token, token.validity)
        }
    }

    /// A token that is good now, and its number.
    func token() async throws(KustoError) -> (value: AccessToken, generation: Int) { try await tokens.get() }

    /// Forgets a token that a cluster refused.
    func invalidate(generation: Int) async { await tokens.invalidate(generation: generation) }
}
