/// A failure of a schema registry, of the way to it, or of what it says about a schema.
package struct SchemaRegistryError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case notFound, refused, unusable
            case unreachable, timedOut, tls, unauthenticated, forbidden, throttled, serviceFailure, unexpectedAnswer
            case token, invalidConfiguration, cancelled
        }

        private let kind: Kind
        /// The registry does not know the schema, or one that it refers to.
        package static let notFound = Code(kind: .notFound)
        /// The registry does not give the schema out, and says so in its own words.
        package static let refused = Code(kind: .refused)
        /// The schema is there and cannot be used: its type is unknown, or its references go round in a circle.
        package static let unusable = Code(kind: .unusable)
        /// No connection, or it broke.
        package static let unreachable = Code(kind: .unreachable)
        /// It took too long.
        package static let timedOut = Code(kind: .timedOut)
        /// The TLS handshake failed.
        package static let tls = Code(kind: .tls)
        /// The registry wants another credential.
        package static let unauthenticated = Code(kind: .unauthenticated)
        /// The credential is good but may not read the schema.
        package static let forbidden = Code(kind: .forbidden)
        /// The registry asks for fewer requests.
        package static let throttled = Code(kind: .throttled)
        /// The registry, or a proxy before it, failed.
        package static let serviceFailure = Code(kind: .serviceFailure)
        /// The answer is not what a schema registry says.
        package static let unexpectedAnswer = Code(kind: .unexpectedAnswer)
        /// The endpoint that gives out access tokens gave none.
        package static let token = Code(kind: .token)
        /// A setting cannot be used.
        package static let invalidConfiguration = Code(kind: .invalidConfiguration)
        /// The work was given up.
        package static let cancelled = Code(kind: .cancelled)
        /// The code's name, as in logs and metrics.
        package var description: String { kind.rawValue }
    }

    /// The class that Kafka Connect names in the header `__connect.errors.exception.class.name` of a record whose schema
    /// was refused.
    package static let exceptionClass = "org.apache.kafka.connect.errors.DataException"
    /// The class of the cause that Kafka Connect gives for it.
    package static let causeClass = "org.apache.kafka.common.errors.SerializationException"

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system: what failed, where, and what to do; without any secret.
    package let message: String
    /// How long the service asked to wait.
    package let retryAfter: Duration?
    /// The HTTP status, when there was an answer.
    package let httpStatus: Int?

    /// Creates an error.
    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil, httpStatus: Int? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.httpStatus = httpStatus
    }

    /// Whether asking again does not help: the registry has answered, and the records of this schema cannot be read.
    ///
    /// Everything else is an outage, which says nothing about the records.
    package var isRefusal: Bool { code == .notFound || code == .refused || code == .unusable }

    package var description: String { message }
}
