internal import CRdKafka

/// A failure reported by librdkafka or found before calling it.
package struct KafkaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case invalidConfiguration, brokerUnavailable, timedOut, authentication, authorization, unknownTopic
            case fenced, rebalanceInProgress, queueFull, messageTooLarge, noOffset, corruptData, offsetReset, stalled,
                tooManyBrokers, other
        }

        private let kind: Kind
        /// librdkafka refused a property or its value.
        package static let invalidConfiguration = Code(kind: .invalidConfiguration)
        /// No broker answers.
        package static let brokerUnavailable = Code(kind: .brokerUnavailable)
        /// A broker took too long.
        package static let timedOut = Code(kind: .timedOut)
        /// A broker refused the credential or the TLS handshake.
        package static let authentication = Code(kind: .authentication)
        /// A broker refused the operation to this user.
        package static let authorization = Code(kind: .authorization)
        /// The topic or partition does not exist.
        package static let unknownTopic = Code(kind: .unknownTopic)
        /// Another client has this one's identity.
        package static let fenced = Code(kind: .fenced)
        /// The group is rebalancing.
        package static let rebalanceInProgress = Code(kind: .rebalanceInProgress)
        /// The producer holds as much as it may.
        package static let queueFull = Code(kind: .queueFull)
        /// A record exceeds what the broker or the client accepts.
        package static let messageTooLarge = Code(kind: .messageTooLarge)
        /// There is no offset to begin at, and the client may not choose one.
        package static let noOffset = Code(kind: .noOffset)
        /// A partition's data at the broker cannot be read: a wrong checksum, a broken compression, an unknown format.
        package static let corruptData = Code(kind: .corruptData)
        /// A partition's next offset is not in its log: it was deleted, or lies after the end.
        package static let offsetReset = Code(kind: .offsetReset)
        /// A partition does not advance although it has more, and the client does not say why.
        package static let stalled = Code(kind: .stalled)
        /// The cluster names more brokers than the client may have.
        package static let tooManyBrokers = Code(kind: .tooManyBrokers)
        /// Something else; ``KafkaError/name`` says what.
        package static let other = Code(kind: .other)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }

        fileprivate init(_ error: rd_kafka_resp_err_t) {
            switch error {
            case RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR__UNKNOWN_PROTOCOL: self = .invalidConfiguration
            case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE,
                RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
                self = .brokerUnavailable
            case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
                self = .timedOut
            case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
                RD_KAFKA_RESP_ERR__SSL:
                self = .authentication
            case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
                RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
                self = .authorization
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
                RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
                self = .unknownTopic
            case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID: self = .fenced
            case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
                RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
                self = .rebalanceInProgress
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET: self = .noOffset
            case RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__BAD_COMPRESSION, RD_KAFKA_RESP_ERR_INVALID_MSG,
                RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, RD_KAFKA_RESP_ERR__UNDERFLOW, RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
                self = .corruptData
            // `_LOG_TRUNCATION` (-139), which libraries before 2.1 do not have.
            case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, rd_kafka_resp_err_t(-139): self = .offsetReset
            case RD_KAFKA_RESP_ERR__QUEUE_FULL: self = .queueFull
            case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE: self = .messageTooLarge
            default: self = .other
            }
        }

        private init(kind: Kind) { self.kind = kind }
    }

    /// What kind of failure this is.
    package let code: Code
    /// librdkafka's own name for it, such as `_ALL_BROKERS_DOWN`; empty when it was found before calling it.
    package let name: String
    /// One sentence for whoever runs the system: what failed, on what, and what to do.
    package let message: String
    /// Whether the client cannot be used any more.
    package let isFatal: Bool
    /// What keeps the client from signing in, when that is what failed.
    package let signIn: SignInFault?

    /// Creates an error that was found before calling librdkafka.
    package init(_ code: Code, _ message: String, signIn: SignInFault? = nil) {
        self.code = code
        self.signIn = signIn
        self.message = message
        name = ""
        isFatal = false
    }

    /// Creates an error of the library that is told in our words.
    init(_ code: Code, of error: rd_kafka_resp_err_t, _ message: String, signIn: SignInFault) {
        self.code = code
        self.message = message
        self.signIn = signIn
        name = unsafe String(cString: rd_kafka_err2name(error))
        isFatal = false
    }

    /// - Parameter code: What kind of failure it is, where the caller knows more than the library's code says.
    init(
        _ error: rd_kafka_resp_err_t,
        _ action: String,
        reason: String? = nil,
        isFatal: Bool = false,
        code: Code? = nil
    ) {
        self.code = code ?? Code(error)
        signIn = nil
        name = unsafe String(cString: rd_kafka_err2name(error))
        self.isFatal = isFatal
        let words = Self.denials.contains(error) ? "the brokers do not give this user the right to it" : reason
        message = unsafe "\(action): \(words ?? String(cString: rd_kafka_err2str(error))) (\(name))"
    }

    /// The errors of rights that a user does not have.
    private static let denials: [rd_kafka_resp_err_t] = [
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
    ]

    /// The errors that concern a topic as a whole.
    static let ofTopics: [rd_kafka_resp_err_t] = [
        RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
    ]

    /// Whether the same call may succeed later without a person changing something.
    package var isRetriable: Bool {
        !isFatal && [.brokerUnavailable, .timedOut, .rebalanceInProgress, .queueFull].contains(code)
    }

    package var description: String { message }

    /// Throws unless `error` says that all is well.
    static func check(_ error: rd_kafka_resp_err_t, _ action: @autoclosure () -> String) throws(KafkaError) {
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error, action()) }
    }

    /// Throws unless the error object is nil, and destroys it.
    static func check(_ error: OpaquePointer?, _ action: @autoclosure () -> String) throws(KafkaError) {
        guard let error = unsafe error else { return }
        defer { unsafe rd_kafka_error_destroy(error) }
        throw unsafe KafkaError(
            rd_kafka_error_code(error),
            action(),
            reason: String(cString: rd_kafka_error_string(error)),
            isFatal: rd_kafka_error_is_fatal(error) != 0
        )
    }
}
