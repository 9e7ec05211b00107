internal import HTTP
internal import JSON

/// Tells what an answer of a registry means (Schema Registry API, "Errors").
///
/// Only an error that carries a registry's own number counts as its word about a schema. A 404 or 400 of something else
/// on the way, such as a proxy or a web server under a wrong URL, says nothing about the schema.
struct AnswerReader: Sendable {
    /// What the properties of the client begin with, such as `value.converter.`.
    let propertyPrefix: String
    /// How the client shows who it is.
    let authentication: SchemaRegistryAuthentication
    /// Seconds since 1970.
    let unixSeconds: @Sendable () -> Double

    /// Reads an answer.
    /// - Parameters:
    ///   - response: The answer.
    ///   - url: The registry's URL.
    ///   - subject: What was asked for, such as `schema 7 of subject orders-value`.
    /// - Throws: ``SchemaRegistryError`` when the answer says nothing about the schema.
    func read(_ response: HTTPResponse, url: String, subject: String) throws(SchemaRegistryError) -> RegistryAnswer {
        if response.isSuccess {
            guard let value = try? JSONValue(parsing: response.body), let schema = SchemaAnswer(value) else {
                throw SchemaRegistryError(
                    .unexpectedAnswer,
                    """
                    cannot fetch \(subject): \(url) answered \(response.status) with a body that is no JSON object with a \
                    schema; check that \(propertyPrefix)schema.registry.url leads to a schema registry
                    """,
                    httpStatus: response.status
                )
            }
            return .schema(schema)
        }
        let own = Self.ownError(response)
        switch response.status {
        case 401, 403, 407, 408, 425, 429, 500...:
            throw outage(response, own, url: url, subject: subject)
        case 404:
            guard let own, own.code / 100 == 404 else {
                return .unknownPath(outage(response, own, url: url, subject: subject))
            }
            return .refusal(refusal(.notFound, own, 404, url: url, subject: subject))
        case 400..<500:
            guard let own, own.code == response.status || own.code / 100 == response.status else {
                throw outage(response, own, url: url, subject: subject)
            }
            return .refusal(refusal(.refused, own, response.status, url: url, subject: subject))
        default: throw outage(response, own, url: url, subject: subject)
        }
    }

    /// The number and the text that every error of a registry has.
    private static func ownError(_ response: HTTPResponse) -> (code: Int, message: String)? {
        guard let value = try? JSONValue(parsing: response.body), let code = value["error_code"]?.intValue else {
            return nil
        }
        return (code, PeerText.line(value["message"]?.stringValue ?? ""))
    }

    private func refusal(
        _ code: SchemaRegistryError.Code,
        _ own: (code: Int, message: String),
        _ status: Int,
        url: String,
        subject: String
    ) -> SchemaRegistryError {
        let says = code == .notFound ? "does not have" : "does not give"
        return SchemaRegistryError(
            code,
            "the schema registry \(url) \(says) \(subject): \(own.message) (error \(own.code))",
            httpStatus: status
        )
    }

    private func outage(
        _ response: HTTPResponse,
        _ own: (code: Int, message: String)?,
        url: String,
        subject: String
    ) -> SchemaRegistryError {
        let status = response.status
        let said = own.map { $0.message.isEmpty ? " (error \($0.code))" : ": \($0.message) (error \($0.code))" } ?? ""
        let code: SchemaRegistryError.Code
        var advice: String
        switch status {
        case 401:
            code = .unauthenticated
            advice = "check \(credentialProperties)"
        case 403:
            code = .forbidden
            advice = "allow this client to read the subject, or check \(credentialProperties)"
        case 407:
            code = .unauthenticated
            advice = "the proxy wants a user and a password; check \(propertyPrefix)proxy.host or HTTP_PROXY"
        case 408: (code, advice) = (.timedOut, "")
        case 425, 429: (code, advice) = (.throttled, "")
        case 500...: (code, advice) = (.serviceFailure, "")
        case 404:
            code = .unexpectedAnswer
            advice = "check that \(propertyPrefix)schema.registry.url leads to a schema registry, with its whole path"
        case 300..<400:
            code = .unexpectedAnswer
            let target = response.header("Location").map { ", which leads to \(HTTPError.withoutQuery($0))" } ?? ""
            advice = "it redirects\(PeerText.line(target)); set \(propertyPrefix)schema.registry.url to the final URL"
        default:
            code = .unexpectedAnswer
            advice = "no schema registry answers so; check \(propertyPrefix)schema.registry.url and what is on the way"
        }
        if !advice.isEmpty { advice = "; " + advice }
        return SchemaRegistryError(
            code,
            "cannot fetch \(subject): \(url) answered \(status)\(said)\(advice)",
            retryAfter: response.header("Retry-After").flatMap { RetryAfter.pause($0, unixSeconds: unixSeconds()) },
            httpStatus: status
        )
    }

    private var credentialProperties: String {
        switch authentication {
        case .url: authentication.properties
        default: "\(authentication.properties), which begin with \(propertyPrefix)"
        }
    }
}
