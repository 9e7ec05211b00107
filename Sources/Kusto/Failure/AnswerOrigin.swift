internal import HTTP
internal import JSON

/// Distinguishes answers of ADX or of its storage from those of a proxy or gateway on the way.
///
/// Only the service's own refusal says something about the records or the credential; a proxy in between may refuse
/// today and let the same request through tomorrow.
enum AnswerOrigin {
    /// Whether the engine or Data Management answered: they name the activity (Kusto REST, "Response headers"), and explain
    /// a refusal in their own form.
    static func isADX(_ response: HTTPResponse) -> Bool {
        if has(response, anyOf: ["x-ms-activity-id", "x-ms-client-request-id"]) || OneAPIError(response.body) != nil {
            return true
        }
        // The answer to a request without a good token may have neither (Kusto REST, "Authentication").
        return response.status == 401
            && response.header("www-authenticate")?.lowercased().hasPrefix("bearer") == true
    }

    /// Whether Azure Storage answered (Azure Storage REST, "Common response headers").
    static func isStorage(_ response: HTTPResponse) -> Bool {
        has(response, anyOf: ["x-ms-request-id", "x-ms-version", "x-ms-error-code"])
            || StorageErrorText.code(in: response.body) != nil
    }

    private static func has(_ response: HTTPResponse, anyOf names: [String]) -> Bool {
        names.contains { response.header($0) != nil }
    }
}
