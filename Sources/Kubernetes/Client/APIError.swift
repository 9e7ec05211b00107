/// A request to the API server that did not do what was asked.
package struct APIError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; more may be added, so compare and keep a fallback.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case unauthorized, forbidden, namespaceTerminating, notFound, conflict, alreadyExists, gone, invalid
            case tooManyRequests, unavailable, unreachable, tooLarge, malformed, configuration, cancelled, other
        }

        private let kind: Kind
        /// 401, also after the credential was read again.
        package static let unauthorized = Code(kind: .unauthorized)
        /// 403: the identity may not do this.
        package static let forbidden = Code(kind: .forbidden)
        /// 403 because the namespace is being deleted.
        package static let namespaceTerminating = Code(kind: .namespaceTerminating)
        /// 404: there is no such object, or no such kind.
        package static let notFound = Code(kind: .notFound)
        /// 409: somebody changed the object meanwhile, or another field manager owns a field.
        package static let conflict = Code(kind: .conflict)
        /// 409: an object of that name exists.
        package static let alreadyExists = Code(kind: .alreadyExists)
        /// 410: the resource version or continue token is too old.
        package static let gone = Code(kind: .gone)
        /// 400 or 422: the object or the request is refused for what it says.
        package static let invalid = Code(kind: .invalid)
        /// 429, also after waiting as long as the server asked.
        package static let tooManyRequests = Code(kind: .tooManyRequests)
        /// 5xx: the server has a problem.
        package static let unavailable = Code(kind: .unavailable)
        /// No answer: refused, cut, timed out, or a certificate that is not trusted.
        package static let unreachable = Code(kind: .unreachable)
        /// The answer has more bytes than are taken.
        package static let tooLarge = Code(kind: .tooLarge)
        /// The answer is not what the API promises.
        package static let malformed = Code(kind: .malformed)
        /// The kubeconfig or the pod's ServiceAccount cannot be used.
        package static let configuration = Code(kind: .configuration)
        /// The task was cancelled.
        package static let cancelled = Code(kind: .cancelled)
        /// Something else.
        package static let other = Code(kind: .other)
        /// The code's name, as in logs.
        package var description: String { kind.rawValue }
    }

    /// One of the reasons that a Status names, such as a field that is refused.
    package struct Cause: Sendable, Hashable {
        /// The kind of cause, such as `FieldValueInvalid`.
        package let reason: String
        /// The field's path; empty when it is about no field.
        package let field: String
        /// What is wrong.
        package let message: String

        /// Creates a cause.
        package init(reason: String, field: String, message: String) {
            self.reason = reason
            self.field = field
            self.message = message
        }
    }

    /// What kind of failure this is.
    package let code: Code
    /// One sentence for whoever runs the system: what failed, on which object, and what to do.
    package let message: String
    /// The HTTP status, or 0 when there was no answer.
    package let status: Int
    /// What the server names as causes.
    package let causes: [Cause]
    /// How long the server asks to wait, or `nil`.
    package let retryAfter: Duration?

    /// Creates an error.
    package init(
        _ code: Code,
        _ message: String,
        status: Int = 0,
        causes: [Cause] = [],
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.causes = causes
        self.retryAfter = retryAfter
    }

    package var description: String { message }
}
