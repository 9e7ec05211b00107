internal import FoundationEssentials
internal import HTTP
internal import Secrets

/// Makes the `Authorization` of requests to a registry.
struct Authorizer: Sendable {
    /// What a request carries.
    struct Credential: Sendable {
        /// The value of `Authorization`, or `nil` for none.
        let header: Secret?
        /// The token's number, if it is one that can be renewed.
        var generation: Int?
    }

    private let authentication: SchemaRegistryAuthentication
    private let tokens: TokenCache?

    init(_ configuration: SchemaRegistryConfiguration, http: HTTPClient, clock: SchemaRegistryClock) {
        authentication = configuration.authentication
        func cache(_ kind: TokenSource.Kind, buffer: Duration) -> TokenCache {
            let source = TokenSource(
                kind: kind,
                http: http,
                propertyPrefix: configuration.propertyPrefix,
                timeout: configuration.requestTimeout,
                unixSeconds: clock.unixSeconds
            )
            return TokenCache(buffer: buffer, now: clock.now) { () async throws(SchemaRegistryError) in
                try await source.token()
            }
        }
        tokens =
            switch authentication {
            case .clientCredentials(let credentials):
                cache(.clientCredentials(credentials), buffer: credentials.expiryBuffer)
            case .managedIdentity(let identity): cache(.managedIdentity(identity), buffer: identity.expiryBuffer)
            case .none, .url, .basic, .bearer: nil
            }
    }

    /// The credential for a request to a URL.
    /// - Throws: ``SchemaRegistryError`` with `token` when none can be had now.
    func credential(for endpoint: SchemaRegistryEndpoint) async throws(SchemaRegistryError) -> Credential {
        switch authentication {
        case .none: return Credential(header: nil)
        case .url: return Credential(header: endpoint.userInfo.map(Self.basic))
        case .basic(let userInfo): return Credential(header: Self.basic(userInfo))
        case .bearer(let token): return Credential(header: Self.bearer(token))
        case .clientCredentials, .managedIdentity:
            guard let tokens else { return Credential(header: nil) }
            let (secret, generation) = try await tokens.token()
            return Credential(header: Self.bearer(secret), generation: generation)
        }
    }

    /// Forgets a token that a registry refused.
    /// - Returns: Whether another one can be got.
    func invalidate(_ credential: Credential) async -> Bool {
        guard let tokens, let generation = credential.generation else { return false }
        await tokens.invalidate(generation: generation)
        return true
    }

    private static func basic(_ userInfo: Secret) -> Secret {
        Secret("Basic \(Data(userInfo.reveal().utf8).base64EncodedString())")
    }

    private static func bearer(_ token: Secret) -> Secret { Secret("Bearer \(token.reveal())") }
}
