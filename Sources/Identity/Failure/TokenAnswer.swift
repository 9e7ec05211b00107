internal import HTTP
internal import JSON
internal import Text

/// What the answer of a token endpoint says when it holds no token.
///
/// Nothing of a body is ever quoted: a page on the way may repeat the request, and with it the secret. Only the error's
/// name and Entra's number are told, since both are drawn from known alphabets.
enum TokenAnswer {
    /// Explains a failed answer.
    /// - Parameters:
    ///   - url: Where it came from; its query and user are not told.
    ///   - isMachine: Whether the machine's own endpoint answered, in front of which there is no proxy, and which says 404
    ///     while an identity is being attached or the endpoint restarts.
    ///   - remedy: What to check, such as `check aad.auth.appkey`.
    ///   - remedies: What to do instead about refusals of which it is known what they are about.
    static func failure(
        _ response: HTTPResponse,
        url: String,
        isMachine: Bool,
        remedy: String,
        remedies: [EntraNumber.Subject: String] = [:]
    ) -> IdentityError {
        let value = try? JSONValue(parsing: response.body)
        let name = value?["error"]?.stringValue.flatMap(word)
        let place = "token from \(HTTPError.withoutQuery(url)): status \(response.status)"
        let isTransient =
            [408, 410, 429].contains(response.status) || response.status >= 500 || name == "temporarily_unavailable"
            || (isMachine && response.status == 404)
        // Only the provider's own refusal says something about the credential (OAuth 2.0, RFC 6749, 5.2; App Service names
        // its own status); a proxy may refuse today and let the same request through tomorrow.
        let isProvider = isMachine || name != nil || value?["statusCode"] != nil
        guard !isTransient, isProvider else {
            let code: IdentityError.Code =
                response.status == 429 ? .throttled : isTransient ? .serviceFailure : .unexpectedAnswer
            let hint =
                isTransient
                ? ""
                : "; this is not the provider's own answer: look for a proxy or gateway on the way, and check the URL"
            return IdentityError(
                code,
                place + hint,
                retryAfter: response.retryAfter,
                httpStatus: response.status
            )
        }
        let number = EntraNumber(in: value)
        let remedy = number?.subject.flatMap { remedies[$0] } ?? remedy
        let reason = [name, number?.text, isMachine ? MachineReason.text(in: value) : nil]
            .compactMap { $0 }.joined(separator: ", ")
        return IdentityError(
            .refused,
            "\(place): the credential is refused\(reason.isEmpty ? "" : " (\(reason))"); \(remedy)",
            httpStatus: response.status
        )
    }

    /// An error's name, such as `invalid_client`; `nil` for anything that is no such word.
    private static func word(_ text: String) -> String? {
        let isWord =
            !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x5F }
        return isWord ? text : nil
    }
}
