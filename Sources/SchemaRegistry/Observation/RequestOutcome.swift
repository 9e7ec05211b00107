/// What came of a request to a registry; a label of a metric.
enum RequestOutcome: String, Sendable, CaseIterable {
    case ok, refused, throttled, unauthenticated, forbidden, unexpected, unreachable, tls, cancelled
    case notFound = "not_found"
    case serverError = "server_error"
    case timedOut = "timed_out"

    /// The outcome of a request that was answered.
    init(status: Int) {
        switch status {
        case 200..<300: self = .ok
        case 401, 407: self = .unauthenticated
        case 403: self = .forbidden
        case 404: self = .notFound
        case 408: self = .timedOut
        case 425, 429: self = .throttled
        case 400..<500: self = .refused
        case 500...: self = .serverError
        default: self = .unexpected
        }
    }

    /// The outcome of a request that was not answered.
    init(_ code: SchemaRegistryError.Code) {
        switch code {
        case .timedOut: self = .timedOut
        case .tls: self = .tls
        case .cancelled: self = .cancelled
        case .unexpectedAnswer: self = .unexpected
        default: self = .unreachable
        }
    }
}
