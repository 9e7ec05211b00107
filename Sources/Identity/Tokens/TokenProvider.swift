package import HTTP
package import Refreshing

/// The access tokens of one credential for one audience.
///
/// Where to log in is found out once, a token is fetched when it is first needed and renewed before it ends, by one task at
/// a time.
package struct TokenProvider: Sendable {
    private let tokens: RefreshedValue<AccessToken, IdentityError>

    /// Creates a provider; nothing is sent.
    /// - Parameters:
    ///   - credential: As whom tokens are asked for.
    ///   - audience: What they are for.
    ///   - remedy: What to check when the credential is refused, such as `check aad.auth.appid and aad.auth.appkey`.
    ///   - remedies: What to do instead about refusals of which it is known what they are about.
    ///   - environment: The process's variables, which describe managed and workload identities.
    ///   - transport: Carries the requests.
    ///   - clock: The time.
    ///   - onFailure: Is told of each failure, also while the old token is still good and no caller notices.
    package init(
        _ credential: Credential,
        for audience: TokenAudience,
        remedy: String,
        remedies: [EntraNumber.Subject: String] = [:],
        environment: [String: String] = [:],
        transport: any HTTPTransport,
        clock: IdentityClock,
        onFailure: @escaping @Sendable (any RefreshError) -> Void = { _ in }
    ) {
        let wire = TokenWire(transport: transport, clock: clock, remedy: remedy, remedies: remedies, report: onFailure)
        let flow = Self.flow(of: credential, environment: environment, wire)
        let targets = RefreshedValue<TokenTarget, IdentityError>(pause: .seconds(5), now: clock.now) {
            () async throws(IdentityError) in
            let target: TokenTarget =
                switch audience {
                case .cluster(let url, let trust) where flow.needsTarget:
                    try await CloudMetadata.fetch(from: url, trusting: trust, wire)
                case .cluster(let url, let trust): try CloudMetadata.unasked(url, trust)
                case .ofCredential: CloudMetadata.publicCloud
                case .resource(let resource, let login): TokenTarget(loginEndpoint: login, resource: resource)
                }
            return (target, Validity(fresh: .seconds(365 * 86_400), usable: nil))
        }
        tokens = RefreshedValue(pause: .seconds(30), now: clock.now, onFailure: onFailure) {
            () async throws(IdentityError) in
            let token = try await flow.token(for: try await targets.get().value)
            return (token, token.validity)
        }
    }

    /// A token that is good now, and its number.
    package func token() async throws(IdentityError) -> (value: AccessToken, generation: Int) { try await tokens.get() }

    /// Forgets a token that a service refused, if it is still the one that is held.
    package func invalidate(generation: Int) async { await tokens.invalidate(generation: generation) }

    private static func flow(
        of credential: Credential,
        environment: [String: String],
        _ wire: TokenWire
    ) -> any TokenFlow {
        switch credential {
        case .clientSecret(let application, let secret):
            ClientSecretFlow(application: application, secret: HeldProof(secret), wire: wire)
        case .certificate(let application, let certificate):
            CertificateFlow(
                application: application,
                certificate: HeldProof(certificate, remedy: wire.remedy),
                wire: wire
            )
        case .managedIdentity(let identity):
            ManagedIdentityFlow(identity: identity, environment: environment, wire: wire)
        case .workloadIdentity: WorkloadIdentityFlow(environment: environment, wire: wire)
        case .token(let secret): GivenTokenFlow(secret: HeldProof(secret), wire: wire)
        case .oauthClient(let client): OAuthClientFlow(client: client, wire: wire)
        case .machineEndpoint(let endpoint): MachineEndpointFlow(endpoint: endpoint, wire: wire)
        }
    }
}
