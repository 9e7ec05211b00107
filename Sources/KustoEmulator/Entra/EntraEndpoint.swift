internal import JSON

/// Entra's token endpoint for applications, of both versions (Microsoft identity platform, "client credentials flow").
struct EntraEndpoint: Sendable {
    /// The end of the path that describes a tenant (OpenID Connect Discovery 1.0, 4).
    static let discoverySuffix = "/.well-known/openid-configuration"

    /// Issues the tokens.
    let authority: TokenAuthority
    /// For error bodies.
    let clock: WallClock
    /// Scheme, host and port under which the client reached the emulator.
    let baseURL: String

    /// Whether a path is one of this endpoint's.
    static func serves(_ path: String) -> Bool {
        path.hasSuffix("/oauth2/v2.0/token") || path.hasSuffix("/oauth2/token") || path.hasSuffix(discoverySuffix)
    }

    /// Answers a request.
    func reply(to request: EmulatorRequest) async throws -> EmulatorReply {
        let tenant = request.path.split(separator: "/").first.map { PercentEncoding.decode($0) } ?? ""
        let isDiscovery = request.path.hasSuffix(Self.discoverySuffix)
        let body = isDiscovery ? [] : try await request.collect(upTo: 64 << 10)
        do throws(EntraError) {
            let tenants = authority.applications.policy.tenants
            guard tenants.isEmpty || tenants.contains(tenant.lowercased()) else {
                throw EntraError(90_002, "invalid_request", "Tenant '\(tenant)' not found")
            }
            if isDiscovery { return discovery(request) }
            return try token(QueryParameters(String(decoding: body, as: UTF8.self), isForm: true), request)
        } catch {
            return error.reply(at: clock.now())
        }
    }

    private func token(_ form: QueryParameters, _ request: EmulatorRequest) throws(EntraError) -> EmulatorReply {
        guard form["grant_type"] == "client_credentials" else {
            throw EntraError(70_003, "unsupported_grant_type", "only grant_type=client_credentials is served")
        }
        let isVersion1 = !request.path.contains("/v2.0/")
        let scope = (isVersion1 ? form["resource"] : form["scope"]) ?? ""
        guard isVersion1 ? !scope.isEmpty : scope.hasSuffix("/.default") else {
            throw EntraError(
                1_002_012,
                "invalid_scope",
                "the scope '\(scope)' is not valid for client credentials"
            )
        }
        let client = form["client_id"] ?? ""
        guard authority.applications.knows(client) else {
            throw EntraError(
                700_016,
                "unauthorized_client",
                "Application with identifier '\(client)' was not found in the directory"
            )
        }
        try prove(client, form, audience: "\(baseURL)\(request.path)")
        return authority.issue(to: client).reply(asText: isVersion1, resource: isVersion1 ? scope : nil, clock)
    }

    /// Checks what proves that an application asks; without any configured there is nothing to check it against.
    private func prove(_ client: String, _ form: QueryParameters, audience: String) throws(EntraError) {
        let application = authority.applications[client]
        if let secret = form["client_secret"] {
            guard let application, !application.secrets.contains(secret) else { return }
            throw application.expiredSecrets.contains(secret)
                ? .invalidClient(7_000_222, "The provided client secret keys for app '\(client)' are expired")
                : .invalidClient(7_000_215, "Invalid client secret provided")
        }
        guard let assertion = form["client_assertion"] else {
            throw .invalidClient(7_000_216, "client_assertion or client_secret is required")
        }
        guard form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" else {
            throw EntraError(900_144, "invalid_request", "client_assertion_type is missing or not supported")
        }
        guard let application else {
            guard assertion.split(separator: ".").count == 3 else {
                throw .invalidClient(50_027, "JWT token is invalid or malformed")
            }
            return
        }
        let now = clock.unixSeconds
        let check = AssertionCheck(client: client, application: application, audience: audience, now: now)
        guard let once = try check.check(assertion) else { return }
        guard authority.applications.take(once.id, until: once.end + AssertionCheck.skew, now: now) else {
            throw .invalidClient(50_013, "Assertion is not valid: its jti was used before")
        }
    }

    /// Where a tenant's endpoints are, which Azure's login library asks before its first token.
    private func discovery(_ request: EmulatorRequest) -> EmulatorReply {
        let tenant = request.path.split(separator: "/").first ?? ""
        let issuer = "\(baseURL)/\(tenant)"
        return .json(
            200,
            [
                "issuer": .string("\(issuer)/v2.0"),
                "authorization_endpoint": .string("\(issuer)/oauth2/v2.0/authorize"),
                "token_endpoint": .string("\(issuer)/oauth2/v2.0/token"),
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            ]
        )
    }
}
