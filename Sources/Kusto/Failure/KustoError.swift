internal import Refreshing

/// A failure of ADX, of its storage or of the way to them.
package struct KustoError: RefreshError, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case unreachable, timedOut, tls, throttled, serviceFailure, unauthenticated, forbidden, storageRefused
            case databaseNotFound, tableNotFound, mappingNotFound, missingRight, badRequest, unexpectedResponse
            case unreadableBatch, streamingUnavailable, tooLarge
            case untrustedEndpoint, invalidConfiguration, cancelled
        }

        private let kind: Kind
        /// No connection, or it broke.
        package static let unreachable = Code(kind: .unreachable)
        /// It took too long.
        package static let timedOut = Code(kind: .timedOut)
        /// The TLS handshake failed.
        package static let tls = Code(kind: .tls)
        /// The service asks for fewer requests.
        package static let throttled = Code(kind: .throttled)
        /// The service failed.
        package static let serviceFailure = Code(kind: .serviceFailure)
        /// The credential was refused.
        package static let unauthenticated = Code(kind: .unauthenticated)
        /// The credential is good but lacks a right.
        package static let forbidden = Code(kind: .forbidden)
        /// The credential is good but may not ingest into a table.
        package static let missingRight = Code(kind: .missingRight)
        /// Storage refused a signature or does not know the container: new resources may help.
        package static let storageRefused = Code(kind: .storageRefused)
        /// The database does not exist.
        package static let databaseNotFound = Code(kind: .databaseNotFound)
        /// The table does not exist.
        package static let tableNotFound = Code(kind: .tableNotFound)
        /// The ingestion mapping does not exist.
        package static let mappingNotFound = Code(kind: .mappingNotFound)
        /// The service does not accept the request as it is.
        package static let badRequest = Code(kind: .badRequest)
        /// The cluster or the table takes no streaming ingestion, or not these rows; queued ingestion may take them.
        package static let streamingUnavailable = Code(kind: .streamingUnavailable)
        /// The rows are too many for one request of streaming ingestion; queued ingestion may take them.
        package static let tooLarge = Code(kind: .tooLarge)
        /// The answer is not what the protocol says.
        package static let unexpectedResponse = Code(kind: .unexpectedResponse)
        /// The bytes to send could not be read.
        package static let unreadableBatch = Code(kind: .unreadableBatch)
        /// A credential would have been sent where it must not go.
        package static let untrustedEndpoint = Code(kind: .untrustedEndpoint)
        /// A setting or the environment lacks something.
        package static let invalidConfiguration = Code(kind: .invalidConfiguration)
        /// The work was given up.
        package static let cancelled = Code(kind: .cancelled)
        /// The code's name, as in logs and metrics.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system: what failed, on what, and what to do; without any secret.
    package let message: String
    /// What the failure means for the records that the attempt was about.
    package let disposition: Disposition
    /// How long the service asked to wait.
    package let retryAfter: Duration?
    /// The part of the way that failed.
    package let leg: KustoLeg
    /// The HTTP status, when there was an answer.
    package let httpStatus: Int?
    /// The service's own name for the failure, such as `BadRequest_EntityNotFound`, when it gave one.
    package let serviceCode: String?
    /// The underlying failure, such as an ``HTTPError``.
    package let cause: (any Error)?

    /// Creates an error.
    package init(
        _ code: Code,
        _ message: String,
        leg: KustoLeg,
        disposition: Disposition,
        retryAfter: Duration? = nil,
        httpStatus: Int? = nil,
        serviceCode: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.leg = leg
        self.disposition = disposition
        self.retryAfter = retryAfter
        self.httpStatus = httpStatus
        self.serviceCode = serviceCode
        self.cause = cause
    }

    /// Whether a service or a setting says no, so that waiting at the start cannot help: a person has to change something.
    ///
    /// A running sink tries again all the same while the refusal says nothing about its records: a secret can be renewed.
    package var isRefusal: Bool {
        let refusals: [Code] = [
            .unauthenticated, .forbidden, .databaseNotFound, .tableNotFound, .mappingNotFound, .badRequest,
            .invalidConfiguration,
        ]
        if let serviceCode, Self.wrongEndpoint.contains(where: serviceCode.contains) { return true }
        return disposition != .retry || refusals.contains(code)
    }

    /// Names of the service's failures that say that a URL is that of another endpoint.
    private static let wrongEndpoint = ["WrongEndpoint"]

    package var isCancellation: Bool { code == .cancelled }
    package var codeName: String { "\(code)" }
    package var description: String { message }
}
