internal import HTTP
internal import JSON
internal import Secrets
internal import Text

/// A request to a token endpoint and the reading of its answer (OAuth 2.0, RFC 6749, 4.4 and 5).
enum TokenRequest {
    /// The most bytes of an answer.
    static let maximumAnswerBytes = 1 << 20

    /// Posts the form of the client credentials flow to Entra's v2.0 endpoint.
    /// - Parameter proof: The fields that prove who asks.
    static func entra(
        _ application: EntraApplication,
        proof: [(String, String)],
        at loginEndpoint: String,
        for target: TokenTarget,
        _ wire: TokenWire
    ) async throws(IdentityError) -> AccessToken {
        guard LoginEndpoint.isSafe(loginEndpoint) else {
            throw IdentityError(
                .untrustedEndpoint,
                "the login endpoint is no URL with https; no credential is sent there",
                needsChange: true
            )
        }
        let fields =
            [("client_id", application.clientID)] + proof
            + [("grant_type", "client_credentials"), ("scope", target.scope)]
        return try await post(
            fields.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&"),
            to: entraURL(application, at: loginEndpoint),
            headers: [],
            renewal: nil,
            wire
        )
    }

    /// The token endpoint of an application's tenant.
    static func entraURL(_ application: EntraApplication, at loginEndpoint: String) -> String {
        "\(loginEndpoint)/\(PercentEncoding.encoded(application.tenantID))/oauth2/v2.0/token"
    }

    /// Posts a form to a token endpoint.
    /// - Parameter renewal: When the token is renewed; `nil` leaves it to the issuer, as Entra's clients do.
    static func post(
        _ form: String,
        to url: String,
        headers: [HTTPHeader],
        renewal: AccessToken.Renewal?,
        _ wire: TokenWire
    ) async throws(IdentityError) -> AccessToken {
        let response = try await wire.send(
            HTTPRequest(
                method: .post,
                url: url,
                headers: [
                    HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                    HTTPHeader("Accept", "application/json"),
                ] + headers,
                body: .bytes(Array(form.utf8)),
                timeout: .seconds(30),
                maximumResponseBytes: maximumAnswerBytes
            )
        )
        return try read(response, url: url, isMachine: false, renewal, wire)
    }

    /// Reads the token in an answer.
    /// - Parameters:
    ///   - isMachine: As for ``TokenAnswer/failure(_:url:isMachine:remedy:)``.
    ///   - renewal: As for ``post(_:to:headers:renewal:_:)``.
    static func read(
        _ response: HTTPResponse,
        url: String,
        isMachine: Bool,
        _ renewal: AccessToken.Renewal?,
        _ wire: TokenWire
    ) throws(IdentityError) -> AccessToken {
        guard response.isSuccess else {
            throw TokenAnswer.failure(
                response,
                url: url,
                isMachine: isMachine,
                remedy: wire.remedy,
                remedies: wire.remedies
            )
        }
        guard let value = try? JSONValue(parsing: response.body), let token = value["access_token"]?.stringValue,
            !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw IdentityError(
                .unexpectedAnswer,
                "token from \(HTTPError.withoutQuery(url)): the answer has no access_token; check that the URL is that of a "
                    + "token endpoint",
                httpStatus: response.status
            )
        }
        let now = wire.clock.unixSeconds()
        let life = TokenLife(value, token: token, unixSeconds: now)
        return AccessToken(
            secret: Secret(token),
            lifetime: life.lifetime,
            unixSeconds: now,
            renewal: renewal ?? .entra(refreshAfter: life.refreshAfter)
        )
    }
}
