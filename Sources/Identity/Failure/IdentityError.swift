internal import Refreshing

/// Why there is no access token.
package struct IdentityError: RefreshError, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case unreachable, timedOut, tls, throttled, serviceFailure, refused, unexpectedAnswer
            case untrustedEndpoint, invalidConfiguration, cancelled
        }

        private let kind: Kind
        /// No connection, or it broke.
        package static let unreachable = Code(kind: .unreachable)
        /// It took too long.
        package static let timedOut = Code(kind: .timedOut)
        /// The TLS handshake failed.
        package static let tls = Code(kind: .tls)
        /// The provider asks for fewer requests.
        package static let throttled = Code(kind: .throttled)
        /// The provider failed.
        package static let serviceFailure = Code(kind: .serviceFailure)
        /// The credential was refused.
        package static let refused = Code(kind: .refused)
        /// The answer is not what the protocol says.
        package static let unexpectedAnswer = Code(kind: .unexpectedAnswer)
        /// A credential would have been sent where it must not go.
        package static let untrustedEndpoint = Code(kind: .untrustedEndpoint)
        /// A setting, a file or the environment lacks something.
        package static let invalidConfiguration = Code(kind: .invalidConfiguration)
        /// The work was given up.
        package static let cancelled = Code(kind: .cancelled)
        /// The code's name, as in logs and metrics.
        package var description: String { kind.rawValue }
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system: what failed, where, and what to do; without any secret.
    package let message: String
    /// Whether asking again is of no use before somebody has changed something on this machine.
    ///
    /// A refused credential is none of these: it may be replaced, or its rights may be, while the process runs.
    package let needsChange: Bool
    /// How long the provider asked to wait.
    package let retryAfter: Duration?
    /// The HTTP status, when there was an answer.
    package let httpStatus: Int?

    /// Creates an error.
    package init(
        _ code: Code,
        _ message: String,
        needsChange: Bool = false,
        retryAfter: Duration? = nil,
        httpStatus: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.needsChange = needsChange
        self.retryAfter = retryAfter
        self.httpStatus = httpStatus
    }

    package var isCancellation: Bool { code == .cancelled }
    package var isRefusal: Bool { needsChange || [.refused, .untrustedEndpoint, .invalidConfiguration].contains(code) }
    package var codeName: String { "\(code)" }
    package var description: String { message }
}
