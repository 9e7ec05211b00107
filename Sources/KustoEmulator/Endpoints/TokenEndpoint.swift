internal import JSON

/// Entra's token endpoint for applications, and the managed identity endpoint of virtual machines.
struct TokenEndpoint: Sendable {
    /// Issues the tokens.
    let authority: TokenAuthority
    /// For error bodies.
    let clock: WallClock
    /// Scheme, host and port under which the client reached the emulator.
    let baseURL: String

    /// Answers a request of either endpoint.
    func reply(to request: EmulatorRequest) async throws -> EmulatorReply {
        if request.path.hasSuffix(Self.discoverySuffix) { return discovery(request) }
        if request.method == "GET" { return managedIdentity(request) }
        let form = QueryParameters(
            String(decoding: try await request.collect(upTo: 64 << 10), as: UTF8.self),
            isForm: true
        )
        guard form["grant_type"] == "client_credentials" else {
            return error(400, "unsupported_grant_type", 70003, "only grant_type=client_credentials is served")
        }
        let isVersion1 = !request.path.contains("/v2.0/")
        let scope = (isVersion1 ? form["resource"] : form["scope"]) ?? ""
        guard isVersion1 ? !scope.isEmpty : scope.hasSuffix("/.default") else {
            return error(400, "invalid_scope", 1_002_012, "the scope '\(scope)' is not valid for client credentials")
        }
        let client = form["client_id"] ?? ""
        guard authority.knows(client: client) else {
            return error(400, "unauthorized_client", 700_016, "Application with identifier '\(client)' was not found")
        }
        if let secret = form["client_secret"] {
            guard authority.accepts(client: client, secret: secret) else {
                return error(401, "invalid_client", 7_000_215, "Invalid client secret provided")
            }
        } else if (form["client_assertion"] ?? "").split(separator: ".").count != 3 {
            return error(401, "invalid_client", 7_000_216, "client_assertion or client_secret is required")
        }
        return token(for: client, asText: isVersion1, scope)
    }

    /// The end of the path that describes a tenant (OpenID Connect Discovery 1.0, 4).
    static let discoverySuffix = "/.well-known/openid-configuration"

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

    private func managedIdentity(_ request: EmulatorRequest) -> EmulatorReply {
        guard request.header("Metadata") == "true" || request.header("X-IDENTITY-HEADER") != nil else {
            return error(400, "invalid_request", 900_144, "Required metadata header not specified")
        }
        guard let resource = request.parameters["resource"], !resource.isEmpty else {
            return error(400, "invalid_request", 900_144, "the parameter resource is missing")
        }
        if let client = request.parameters["client_id"], !authority.knows(client: client) {
            return error(400, "invalid_request", 700_016, "Identity not found")
        }
        return token(for: request.parameters["client_id"] ?? "managed-identity", asText: true, resource)
    }

    /// Version 2.0 writes numbers; version 1 and managed identities write them as text and have more fields.
    private func token(for application: String, asText: Bool, _ resource: String) -> EmulatorReply {
        let (token, seconds) = authority.issue(to: application)
        var body: JSONObject = ["token_type": "Bearer", "access_token": .string(token)]
        let unixNow = (clock.now() - DateTimeText.unixEpoch) / DateTimeText.ticksPerSecond
        if asText {
            body["expires_in"] = .string(String(seconds))
            body["expires_on"] = .string(String(unixNow + Int64(seconds)))
            body["not_before"] = .string(String(unixNow))
            body["resource"] = .string(resource)
        } else {
            body["expires_in"] = .integer(Int64(seconds))
            body["ext_expires_in"] = .integer(Int64(seconds))
        }
        return .json(200, .object(body))
    }

    private func error(_ status: Int, _ name: String, _ code: Int64, _ text: String) -> EmulatorReply {
        .json(
            status,
            [
                "error": .string(name), "error_description": .string("AADSTS\(code): \(text)."),
                "error_codes": [.integer(code)],
                "timestamp": .string(DateTimeText.format(clock.now())),
                "trace_id": "00000000-0000-0000-0000-000000000000",
                "correlation_id": "00000000-0000-0000-0000-000000000000",
            ]
        )
    }
}
