internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Text

/// Decides, for every failure in one place, what it is and whether trying again can help.
///
/// Transient are the network, timeouts, 408, 429 and 5xx on every leg, and refusals by storage, whose signatures expire
/// and are renewed. Permanent is what a person has to change: schema, mapping, size, rights, credentials.
enum FailureClassifier {
    /// An exchange without an answer.
    static func failure(_ error: HTTPError, leg: KustoLeg) -> KustoError {
        let (code, isPermanent): (KustoError.Code, Bool) =
            switch error.code {
            case .timedOut: (.timedOut, false)
            case .tls: (.tls, false)
            // A gateway's page in front of the service, not the service's answer.
            case .responseTooLarge: (.unexpectedResponse, false)
            case .unreadableBody: (.unreadableBatch, true)
            case .invalidURL, .invalidConfiguration: (.invalidConfiguration, true)
            case .cancelled: (.cancelled, false)
            default: (.unreachable, false)
            }
        return KustoError(code, error.message, leg: leg, isPermanent: isPermanent)
    }

    /// An answer of the engine or of Data Management that is no success.
    static func failure(_ response: HTTPResponse, leg: KustoLeg, url: String) -> KustoError {
        let error = OneAPIError(response.body)
        let place = "\(leg) at \(HTTPError.withoutQuery(url))"
        let text = error?.text ?? excerpt(response.body)
        let (code, isPermanent) = decide(response.status, error)
        let what: String =
            switch code {
            case .unauthenticated:
                "\(place): the credential is refused (401): \(text); check aad.auth.* and that the application exists"
            case .forbidden:
                "\(place): not allowed (403): \(text); grant the application 'Database Ingestor' and 'Database Viewer'"
            default: "\(place): status \(response.status): \(text)"
            }
        return KustoError(
            code,
            what,
            leg: leg,
            isPermanent: isPermanent,
            retryAfter: retryAfter(response),
            httpStatus: response.status
        )
    }

    /// An error inside an answer with status 200.
    static func failure(_ error: OneAPIError, leg: KustoLeg, url: String) -> KustoError {
        let (code, isPermanent) = decide(400, error)
        return KustoError(
            code,
            "\(leg) at \(HTTPError.withoutQuery(url)): \(error.text)",
            leg: leg,
            isPermanent: isPermanent
        )
    }

    /// An answer of storage that is no success.
    static func storageFailure(_ response: HTTPResponse, leg: KustoLeg, url: String) -> KustoError {
        let name = response.header("x-ms-error-code") ?? StorageErrorText.code(in: response.body) ?? "no error code"
        let place = "\(leg) at \(HTTPError.withoutQuery(url)): status \(response.status), \(name)"
        let (code, isPermanent): (KustoError.Code, Bool) =
            switch response.status {
            case 401, 403, 404: (.storageRefused, false)
            case 409, 412: (.serviceFailure, false)
            case 408: (.timedOut, false)
            case 429: (.throttled, false)
            case 503 where name == "ServerBusy": (.throttled, false)
            case 500...: (.serviceFailure, false)
            default: (.badRequest, true)
            }
        return KustoError(
            code,
            place,
            leg: leg,
            isPermanent: isPermanent,
            retryAfter: retryAfter(response),
            httpStatus: response.status
        )
    }

    /// An answer of a token endpoint that is no success.
    /// - Parameter isManagedIdentity: Whether the machine's own endpoint answered, which says 404 while an identity is
    ///   being attached or the endpoint restarts.
    static func tokenFailure(_ response: HTTPResponse, url: String, isManagedIdentity: Bool = false) -> KustoError {
        let value = try? JSONValue(parsing: response.body)
        let name = value?["error"]?.stringValue ?? ""
        let text = value?["error_description"]?.stringValue ?? value?["message"]?.stringValue ?? excerpt(response.body)
        // The first line holds the AADSTS number; the rest are trace ids.
        let reason = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason given"
        let place = "token from \(HTTPError.withoutQuery(url))"
        let isTransient =
            [408, 410, 429].contains(response.status) || response.status >= 500 || name == "temporarily_unavailable"
            || (isManagedIdentity && response.status == 404)
        if isTransient {
            return KustoError(
                response.status == 429 ? .throttled : .serviceFailure,
                "\(place): status \(response.status): \(reason)",
                leg: .token,
                isPermanent: false,
                retryAfter: retryAfter(response),
                httpStatus: response.status
            )
        }
        return KustoError(
            .unauthenticated,
            "\(place): the credential is refused: \(name.isEmpty ? "" : name + ": ")\(reason); check aad.auth.authority, "
                + "aad.auth.appid and aad.auth.appkey, or the identity's federation",
            leg: .token,
            isPermanent: true,
            httpStatus: response.status
        )
    }

    /// An answer that is not what the protocol says.
    static func unexpected(_ what: String, leg: KustoLeg, url: String) -> KustoError {
        KustoError(
            .unexpectedResponse,
            "\(leg) at \(HTTPError.withoutQuery(url)): \(what); check that the URL is a cluster's",
            leg: leg,
            isPermanent: true
        )
    }

    private static func decide(_ status: Int, _ error: OneAPIError?) -> (KustoError.Code, Bool) {
        switch status {
        case 401: return (.unauthenticated, true)
        case 403: return (.forbidden, true)
        case 408, 504: return (.timedOut, false)
        case 429: return (.throttled, false)
        case 500...: return (.serviceFailure, error?.isPermanent ?? false)
        default:
            let isPermanent = error?.isPermanent ?? true
            switch error?.subject {
            case .database: return (.databaseNotFound, true)
            case .table: return (.tableNotFound, true)
            case .mapping: return (.mappingNotFound, true)
            case .rights: return (.forbidden, true)
            case nil: return (isPermanent ? .badRequest : .serviceFailure, isPermanent)
            }
        }
    }

    /// Seconds, or an HTTP date.
    private static func retryAfter(_ response: HTTPResponse) -> Duration? {
        guard let text = response.header("retry-after") else { return nil }
        if let seconds = Int(text) { return .seconds(max(0, min(seconds, 3600))) }
        guard let date = HTTPDate.date(from: text) else { return nil }
        return .seconds(max(0, min(date.timeIntervalSinceNow, 3600)))
    }

    private static func excerpt(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(300), as: UTF8.self).trimmed
        return text.isEmpty ? "empty answer" : text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
