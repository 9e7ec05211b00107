internal import FoundationEssentials
internal import HTTP
internal import Identity
internal import Secrets

/// Makes the `Authorization` of requests to a registry.
struct Authorizer: Sendable {
    /// What a request carries.
    struct Authorization: Sendable {
        /// The value of `Authorization`, or `nil` for none.
        let header: Secret?
        /// The token's number, if it is one that can be renewed.
        var generation: Int?
    }

    private let authentication: SchemaRegistryAuthentication
    private let tokens: TokenProvider?
    private let remedy: String

    init(_ configuration: SchemaRegistryConfiguration, http: HTTPClient, clock: SchemaRegistryClock) {
        authentication = configuration.authentication
        remedy = authentication.remedy(configuration.propertyPrefix)
        guard case .bearer(let credential) = authentication else {
            tokens = nil
            return
        }
        tokens = TokenProvider(
            credential,
            for: .ofCredential,
            remedy: remedy,
            transport: http,
            clock: IdentityClock(
                now: clock.now,
                unixSeconds: clock.unixSeconds,
                sleep: { (try? await clock.sleep($0)) != nil }
            )
        )
    }

    /// The credential for a request to a URL.
    /// - Throws: ``SchemaRegistryError`` with `token` when none can be had now.
    func credential(for endpoint: SchemaRegistryEndpoint) async throws(SchemaRegistryError) -> Authorization {
        switch authentication {
        case .none: return Authorization(header: nil)
        case .url: return Authorization(header: endpoint.userInfo.map(Self.basic))
        case .basic(let userInfo): return Authorization(header: Self.basic(userInfo))
        case .bearer:
            guard let tokens else { return Authorization(header: nil) }
            do throws(IdentityError) {
                let (token, generation) = try await tokens.token()
                return Authorization(header: Self.bearer(token.secret), generation: generation)
            } catch {
                throw SchemaRegistryError(
                    error.isCancellation ? .cancelled : .token,
                    "cannot get an access token: \(error.message)" + (error.code == .refused ? "" : "; \(remedy)"),
                    retryAfter: error.retryAfter,
                    httpStatus: error.httpStatus
                )
            }
        }
    }

    /// Forgets a token that a registry refused.
    /// - Returns: Whether another one can be got.
    func invalidate(_ credential: Authorization) async -> Bool {
        guard let tokens, let generation = credential.generation, authentication.isRenewable else { return false }
        await tokens.invalidate(generation: generation)
        return true
    }

    private static func basic(_ userInfo: Secret) -> Secret {
        Secret("Basic \(Data(userInfo.reveal().utf8).base64EncodedString())")
    }

    private static func bearer(_ token: Secret) -> Secret { Secret("Bearer \(token.reveal())") }
}
