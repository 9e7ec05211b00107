internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Secrets
internal import Text

/// Asks an identity provider, or the endpoint of a managed identity, for bearer tokens.
struct TokenSource: Sendable {
    /// Who is asked, and as whom.
    enum Kind: Sendable {
        case clientCredentials(SchemaRegistryAuthentication.ClientCredentials)
        case managedIdentity(SchemaRegistryAuthentication.ManagedIdentity)
    }

    /// No token is used for longer, whatever its issuer says.
    private static let longestLife = 86_400.0
    /// How long a token is used whose issuer does not say when it ends.
    private static let assumedLife = 300.0
    /// The most bytes of an answer.
    private static let maximumAnswerBytes = 1 << 20

    let kind: Kind
    let http: HTTPClient
    let propertyPrefix: String
    let timeout: Duration
    let unixSeconds: @Sendable () -> Double

    /// Gets a new token.
    /// - Throws: ``SchemaRegistryError`` with `token`, or `cancelled`.
    func token() async throws(SchemaRegistryError) -> AccessToken {
        let request = request()
        let url = HTTPError.withoutQuery(request.url)
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await http.execute(request)
        } catch {
            if error.code == .cancelled {
                throw SchemaRegistryError(.cancelled, "fetching an access token was given up")
            }
            throw SchemaRegistryError(.token, "cannot get an access token: \(error.message); check \(properties)")
        }
        guard response.isSuccess else {
            throw SchemaRegistryError(
                .token,
                "cannot get an access token: \(url) answered \(response.status)\(reason(response)); check \(properties)",
                retryAfter: response.header("Retry-After").flatMap { RetryAfter.pause($0, unixSeconds: unixSeconds()) },
                httpStatus: response.status
            )
        }
        guard let value = try? JSONValue(parsing: response.body), let token = value["access_token"]?.stringValue,
            !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw SchemaRegistryError(
                .token,
                "cannot get an access token: the answer of \(url) has no access_token; check \(properties)",
                httpStatus: response.status
            )
        }
        return AccessToken(secret: Secret(token), lifetime: .seconds(lifetime(value, token)))
    }

    /// The request of Kafka's own client: application and secret go as HTTP Basic, as they are (RFC 6749, 2.3.1).
    private func request() -> HTTPRequest {
        switch kind {
        case .clientCredentials(let credentials):
            let pair = "\(credentials.clientID):\(credentials.clientSecret.reveal())"
            var form = "grant_type=client_credentials"
            if let scope = credentials.scope, !scope.isEmpty { form += "&scope=\(PercentEncoding.encoded(scope))" }
            return HTTPRequest(
                method: .post,
                url: credentials.tokenURL,
                headers: [
                    HTTPHeader("Accept", "application/json"),
                    HTTPHeader("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())"),
                    HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                ],
                body: .bytes(Array(form.utf8)),
                timeout: timeout,
                maximumResponseBytes: Self.maximumAnswerBytes
            )
        case .managedIdentity(let identity):
            return HTTPRequest(
                url: identity.query.isEmpty ? identity.endpointURL : "\(identity.endpointURL)?\(identity.query)",
                headers: [HTTPHeader("Accept", "application/json"), HTTPHeader("Metadata", "true")],
                timeout: timeout,
                maximumResponseBytes: Self.maximumAnswerBytes
            )
        }
    }

    private var properties: String {
        switch kind {
        case .clientCredentials:
            "\(propertyPrefix)bearer.auth.issuer.endpoint.url, .client.id, .client.secret and .scope"
        case .managedIdentity:
            "\(propertyPrefix)bearer.auth.uami.endpoint.query and .uami.endpoint.url, and that the identity is assigned"
        }
    }

    /// The provider's own words, such as `invalid_client` (RFC 6749, 5.2).
    private func reason(_ response: HTTPResponse) -> String {
        guard let value = try? JSONValue(parsing: response.body), let error = value["error"]?.stringValue else {
            return ""
        }
        let description = value["error_description"]?.stringValue.map { ", \(PeerText.line($0))" } ?? ""
        return " (\(PeerText.line(error))\(description))"
    }

    /// Seconds until the token ends: as the answer says, or the token itself, which mostly is a JWT.
    private func lifetime(_ answer: JSONValue, _ token: String) -> Double {
        let now = unixSeconds()
        let left =
            Self.number(answer["expires_in"])
            ?? Self.number(answer["expires_on"]).map { $0 - now }
            ?? Self.number(Self.claims(of: token)?["exp"]).map { $0 - now }
            ?? Self.assumedLife
        return left.isFinite ? max(0, min(left, Self.longestLife)) : Self.assumedLife
    }

    /// Numbers, or strings of numbers at Azure's machines.
    private static func number(_ value: JSONValue?) -> Double? {
        value?.doubleValue ?? value?.stringValue.flatMap { Double($0) }
    }

    /// The claims of a JWT (RFC 7519): the second of three parts, base64 of the alphabet for URLs, without padding.
    private static func claims(of token: String) -> JSONValue? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        text += [Character](repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: String(text)).flatMap { try? JSONValue(parsing: Array($0)) }
    }
}
