internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Secrets

/// A request to a token endpoint and the reading of its answer (OAuth 2.0, RFC 6749, 4.4 and 5).
enum TokenRequest {
    /// Posts a form to Entra's v2.0 endpoint.
    static func post(_ fields: [(String, String)], to url: String, _ wire: Wire) async throws(KustoError) -> AccessToken
    {
        let form = fields.map { "\($0.0)=\(PercentEncoding.form($0.1))" }.joined(separator: "&")
        let response = try await wire.send(
            HTTPRequest(
                method: .post,
                url: url,
                headers: [
                    HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                    HTTPHeader("Accept", "application/json"),
                ],
                body: .bytes(Array(form.utf8)),
                timeout: .seconds(30)
            ),
            leg: .token
        )
        return try read(response, url: url, isManagedIdentity: false, wire)
    }

    /// Asks the endpoint of a managed identity.
    static func get(_ url: String, headers: [HTTPHeader], _ wire: Wire) async throws(KustoError) -> AccessToken {
        let response = try await wire.send(HTTPRequest(url: url, headers: headers, timeout: .seconds(10)), leg: .token)
        return try read(response, url: url, isManagedIdentity: true, wire)
    }

    private static func read(
        _ response: HTTPResponse,
        url: String,
        isManagedIdentity: Bool,
        _ wire: Wire
    ) throws(KustoError) -> AccessToken {
        guard response.isSuccess else {
            throw FailureClassifier.tokenFailure(response, url: url, isManagedIdentity: isManagedIdentity)
        }
        guard let value = try? JSONValue(parsing: response.body), let token = value["access_token"]?.stringValue,
            !token.isEmpty
        else { throw FailureClassifier.unexpected("no access token", leg: .token, url: url) }
        return AccessToken(
            secret: Secret(token),
            lifetime: lifetime(value, wire),
            refreshAfter: seconds(value["refresh_in"]).map { .seconds($0) }
        )
    }

    /// No token is used for longer, whatever its issuer says.
    private static let longestLife = 365 * 86_400

    /// App Service says only when the token ends.
    private static func lifetime(_ value: JSONValue, _ wire: Wire) -> Duration {
        if let seconds = seconds(value["expires_in"]) { return .seconds(seconds) }
        if let end = number(value["expires_on"]) {
            let (left, isOverflow) = end.subtractingReportingOverflow(Int(wire.clock.date().timeIntervalSince1970))
            return .seconds(isOverflow ? 0 : max(0, min(left, longestLife)))
        }
        return .seconds(3600)
    }

    private static func seconds(_ value: JSONValue?) -> Int? { number(value).map { max(0, min($0, longestLife)) } }

    /// Numbers, or strings of numbers at older endpoints.
    private static func number(_ value: JSONValue?) -> Int? {
        value?.intValue.map { Int($0) } ?? value?.stringValue.flatMap { Int($0) }
    }
}
