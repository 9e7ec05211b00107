internal import FoundationEssentials
internal import HTTP
internal import Identity
internal import JSON
internal import Text

/// Decides, for every failure in one place, what it is and what it means for the records.
///
/// Tried again are failures of the network, timeouts, 408, 429 and 5xx on every leg; refusals by storage, whose
/// signatures expire and are renewed; whatever a proxy answers in a service's place; and refusals of the credential or
/// of the request for ingestion resources, which say nothing about the records. Rejected is what ADX or its storage
/// refuses about the records: schema, mapping, size, rights. A fault of this process stops it.
enum FailureClassifier {
    /// A request that got no answer.
    static func failure(_ error: HTTPError, leg: KustoLeg) -> KustoError {
        let (code, disposition): (KustoError.Code, Disposition) =
            switch error.code {
            case .timedOut: (.timedOut, .retry)
            case .tls: (.tls, .retry)
            // A gateway's page in front of the service, not the service's answer.
            case .responseTooLarge: (.unexpectedResponse, .retry)
            case .unreadableBody: (.unreadableBatch, .stop)
            case .invalidURL, .invalidConfiguration: (.invalidConfiguration, .stop)
            case .cancelled: (.cancelled, .retry)
            default: (.unreachable, .retry)
            }
        return KustoError(code, error.message, leg: leg, disposition: disposition, cause: error)
    }

    /// An answer of the engine or of Data Management with which a request failed.
    static func failure(_ response: HTTPResponse, leg: KustoLeg, url: String) -> KustoError {
        let error = OneAPIError(response.body)
        let place = "\(leg) at \(HTTPError.withoutQuery(url))"
        let text = error?.text ?? excerpt(response.body, url)
        let (code, disposition) =
            AnswerOrigin.isADX(response) ? decide(response.status, error, leg) : decide(foreign: response.status)
        let what: String =
            switch code {
            case .unauthenticated:
                "\(place): the credential is refused (401): \(text); check aad.auth.* and that the application exists"
            case .forbidden:
                "\(place): not allowed (403): \(text); grant the application 'Database Ingestor' and 'Database Viewer'"
            case .unexpectedResponse: "\(place): status \(response.status): \(text); \(Self.notTheService)"
            default: "\(place): status \(response.status): \(text)"
            }
        return KustoError(
            code,
            what,
            leg: leg,
            disposition: disposition,
            retryAfter: response.retryAfter,
            httpStatus: response.status,
            serviceCode: error?.name
        )
    }

    /// An error inside an answer with status 200.
    static func failure(_ error: OneAPIError, leg: KustoLeg, url: String) -> KustoError {
        let (code, disposition) = decide(400, error, leg)
        return KustoError(
            code,
            "\(leg) at \(HTTPError.withoutQuery(url)): \(error.text)",
            leg: leg,
            disposition: disposition,
            serviceCode: error.name
        )
    }

    /// An answer of storage with which a request failed.
    static func storageFailure(_ response: HTTPResponse, leg: KustoLeg, url: String) -> KustoError {
        let name = response.header("x-ms-error-code") ?? StorageErrorText.code(in: response.body)
        let (code, disposition): (KustoError.Code, Disposition) =
            switch response.status {
            case 401, 403, 404: (.storageRefused, .retry)
            case 409, 412: (.serviceFailure, .retry)
            case 500... where StorageErrorText.isThrottling(name): (.throttled, .retry)
            case 408, 429, 500...: decide(foreign: response.status)
            // Nobody has refused the rows when their report cannot be opened.
            case 400...499 where leg == .reports: (.badRequest, .retry)
            case 400...499 where AnswerOrigin.isStorage(response): (.badRequest, .rejected)
            default: (.unexpectedResponse, .retry)
            }
        let reason = name ?? excerpt(response.body, url)
        return KustoError(
            code,
            "\(leg) at \(HTTPError.withoutQuery(url)): status \(response.status), \(reason)"
                + (code == .unexpectedResponse ? "; \(Self.notTheService)" : ""),
            leg: leg,
            disposition: disposition,
            retryAfter: response.retryAfter,
            httpStatus: response.status,
            serviceCode: name
        )
    }

    /// An access token that could not be had.
    static func failure(_ error: IdentityError) -> KustoError {
        let code: KustoError.Code =
            switch error.code {
            case .timedOut: .timedOut
            case .tls: .tls
            case .throttled: .throttled
            case .serviceFailure: .serviceFailure
            case .refused: .unauthenticated
            case .unexpectedAnswer: .unexpectedResponse
            case .untrustedEndpoint: .untrustedEndpoint
            case .invalidConfiguration: .invalidConfiguration
            case .cancelled: .cancelled
            default: .unreachable
            }
        return KustoError(
            code,
            error.message,
            leg: .token,
            disposition: error.needsChange ? .stop : .retry,
            retryAfter: error.retryAfter,
            httpStatus: error.httpStatus,
            cause: error
        )
    }

    /// An answer that is not what the protocol says.
    static func unexpected(_ what: String, leg: KustoLeg, url: String) -> KustoError {
        KustoError(
            .unexpectedResponse,
            "\(leg) at \(HTTPError.withoutQuery(url)): \(what); check that the URL is a cluster's",
            leg: leg,
            disposition: .retry
        )
    }

    private static let notTheService =
        "this is not the service's own answer: look for a proxy or gateway on the way, and check the URL"

    private static func decide(_ status: Int, _ error: OneAPIError?, _ leg: KustoLeg) -> (KustoError.Code, Disposition)
    {
        if error?.isThrottling == true { return (.throttled, .retry) }
        if leg == .streaming, let obstacle = StreamingObstacle(status: status, error) { return obstacle.verdict }
        let (code, isFinal): (KustoError.Code, Bool) =
            switch status {
            case ..<400, 408, 429, 504: (decide(foreign: status).0, false)
            case 401: (.unauthenticated, false)
            case 403: (.forbidden, true)
            case 500...: (.serviceFailure, error?.isPermanent ?? false)
            default:
                switch error?.subject {
                case .database: (.databaseNotFound, true)
                case .table: (.tableNotFound, true)
                case .mapping: (.mappingNotFound, true)
                case .rights: (.forbidden, true)
                case nil: error?.isPermanent ?? true ? (.badRequest, true) : (.serviceFailure, false)
                }
            }
        // Requests for a token or for resources do not mention records, so their refusal says nothing about any.
        let isAboutRecords = leg != .token && leg != .resources
        return (code, isFinal && isAboutRecords ? .rejected : .retry)
    }

    /// What a status means, whoever sent it.
    private static func decide(foreign status: Int) -> (KustoError.Code, Disposition) {
        switch status {
        case 408, 504: (.timedOut, .retry)
        case 429: (.throttled, .retry)
        case 500...: (.serviceFailure, .retry)
        default: (.unexpectedResponse, .retry)
        }
    }

    /// The beginning of an answer that is not in a form of the service; a proxy's page may quote the request's signature.
    private static func excerpt(_ body: [UInt8], _ url: String) -> String {
        let text = String(decoding: body.prefix(300), as: UTF8.self).trimmed
        let folded = text.lowercased()
        let query = url.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        // "eyJ" begins every token that is a JWT.
        guard !["sig=", "sig%3d", "bearer ", "authorization", "eyj"].contains(where: folded.contains),
            query.isEmpty || !text.contains(query)
        else {
            return "(page withheld: it quotes the request)"
        }
        return text.isEmpty ? "empty answer" : text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
