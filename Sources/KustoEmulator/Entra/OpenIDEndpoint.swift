internal import Cryptography
internal import FoundationEssentials
internal import JSON

/// An identity provider for Kafka's OAUTHBEARER: client credentials (RFC 6749, section 4.4) for tokens that a broker
/// checks by itself, and the keys that it checks them with (RFC 7517).
struct OpenIDEndpoint: Sendable {
    /// Which of its documents is asked for.
    enum Document: String, Sendable, CaseIterable {
        case token = "/oidc/token"
        case keys = "/oidc/jwks"
        case configuration = "/oidc/.well-known/openid-configuration"
    }

    /// What is asked for.
    let document: Document
    /// The applications that get tokens.
    let applications: ApplicationRegistry
    /// What signs the tokens.
    let key: ProviderKey
    /// The time.
    let clock: WallClock
    /// Scheme, host and port under which the client reached the emulator.
    let baseURL: String

    private var issuer: String { "\(baseURL)/oidc" }

    /// Answers a request.
    func reply(to request: EmulatorRequest) async throws -> EmulatorReply {
        switch document {
        case .keys:
            let key = try key.get().chain[0].jsonWebKey ?? "{}"
            return .json(200, ["keys": [try JSONValue(parsing: key)]])
        case .configuration:
            return .json(
                200,
                [
                    "issuer": .string(issuer), "jwks_uri": .string(baseURL + Document.keys.rawValue),
                    "token_endpoint": .string(baseURL + Document.token.rawValue),
                    "grant_types_supported": ["client_credentials"],
                    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                ]
            )
        case .token:
            guard request.method == "POST" else { return Self.error(405, "invalid_request", "use POST") }
            let body = String(decoding: try await request.collect(upTo: 64 << 10), as: UTF8.self)
            return try token(QueryParameters(body, isForm: true), request.header("Authorization"))
        }
    }

    private func token(_ form: QueryParameters, _ authorization: String?) throws -> EmulatorReply {
        guard form["grant_type"] == "client_credentials" else {
            return Self.error(400, "unsupported_grant_type", "only grant_type=client_credentials is served")
        }
        let pairs = Self.basic(authorization) + [(form["client_id"] ?? "", form["client_secret"] ?? "")]
        guard let client = pairs.first(where: { accepts($0, $1) })?.0 else {
            var reply = Self.error(401, "invalid_client", "no such client, or its secret is another one")
            reply.headers.append(("WWW-Authenticate", "Basic realm=\"emulator\""))
            return reply
        }
        let (now, seconds) = (clock.unixSeconds, applications.policy.tokenLifetimeSeconds)
        let scope = form["scope"]
        var claims: JSONObject = [
            "iss": .string(issuer), "sub": .string(client), "aud": .string(applications.policy.openIDAudience),
            "iat": .integer(Int64(now)), "exp": .integer(Int64(now + seconds)),
            "jti": .string(UUID().uuidString.lowercased()),
        ]
        claims["scope"] = scope.map { .string($0) }
        let token = try key.sign(JSONValue.object(claims).serialized())
        var answer: JSONObject = [
            "token_type": "Bearer", "access_token": .string(token), "expires_in": .integer(Int64(seconds)),
        ]
        answer["scope"] = scope.map { .string($0) }
        return .json(200, .object(answer))
    }

    private func accepts(_ client: String, _ secret: String) -> Bool {
        guard !client.isEmpty, !secret.isEmpty else { return false }
        return applications.isEmpty || applications[client]?.secrets.contains(secret) == true
    }

    /// The pair of a `Basic` header, as it is and as forms encode it: clients do the one or the other.
    private static func basic(_ header: String?) -> [(String, String)] {
        guard let header, header.lowercased().hasPrefix("basic "),
            let bytes = Data(base64Encoded: String(header.dropFirst(6)))
        else { return [] }
        let pair = String(decoding: bytes, as: UTF8.self)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { return [] }
        return [
            (String(pair[0]), String(pair[1])),
            (PercentEncoding.decode(pair[0], isForm: true), PercentEncoding.decode(pair[1], isForm: true)),
        ]
    }

    private static func error(_ status: Int, _ name: String, _ text: String) -> EmulatorReply {
        .json(status, ["error": .string(name), "error_description": .string(text)])
    }
}
