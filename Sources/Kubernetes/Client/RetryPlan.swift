/// What follows an answer: a pure decision, which counts what was tried.
struct RetryPlan: Sendable {
    /// What to do.
    enum Step: Equatable {
        /// The answer is final.
        case answer
        /// Drop the credential and ask again.
        case refresh
        /// Wait, then ask again.
        case wait(Duration)
    }

    /// How often a request is sent at most because the server asks to come again.
    static let attempts = 10

    private var attempt = 1
    private var hasRefreshed = false
    private let repeatsAfterFailure: Bool

    /// Creates the plan of one request.
    /// - Parameter repeatsAfterFailure: Whether the request may be sent again after an answer 5xx, which does not say
    ///   that nothing was done.
    init(repeatsAfterFailure: Bool) { self.repeatsAfterFailure = repeatsAfterFailure }

    /// Decides what follows an answer.
    /// - Parameters:
    ///   - status: The answer's status.
    ///   - retryAfter: How long the server asks to wait.
    ///   - left: How much of the request's time is left.
    mutating func next(status: Int, retryAfter: Duration?, left: Duration) -> Step {
        if status == 401, !hasRefreshed {
            hasRefreshed = true
            return .refresh
        }
        guard status == 429 || (status >= 500 && repeatsAfterFailure), let retryAfter, retryAfter < left,
            attempt < Self.attempts
        else { return .answer }
        attempt += 1
        return .wait(retryAfter)
    }
}
