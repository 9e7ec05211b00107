package import Kubernetes

/// Why a reconciliation could not do all it had to.
package struct ReconcileFailure: Sendable, Hashable {
    /// Why, in one word for programs.
    package let reason: ConditionReason
    /// One sentence: what failed, on which object, and what to do.
    package let message: String
    /// Whether trying again does not help.
    package let needsPerson: Bool
    /// Whether it may be over at the next attempt, so that a sink that was ready stays so if its workers are.
    package internal(set) var isPassing: Bool

    /// Takes what the API server answered, or that it did not.
    /// - Parameter isPassing: Whether it has only just begun; what needs a person does not pass.
    package init(_ error: APIError, isPassing: Bool = false) {
        switch error.code {
        case .forbidden: (reason, needsPerson) = (.accessDenied, true)
        case .invalid: (reason, needsPerson) = (.requestRefused, true)
        default: (reason, needsPerson) = (.reconcileFailed, false)
        }
        self.isPassing = isPassing && !needsPerson
        let causes = error.causes.filter { !$0.field.isEmpty && !error.message.contains($0.message) }
        message = ([error.message] + causes.map { "\($0.field): \($0.message)" }).joined(separator: "\n")
    }

    /// Creates a failure that is tried again, such as a deadline that passed.
    package init(retried message: String) {
        reason = .reconcileFailed
        self.message = message
        (needsPerson, isPassing) = (false, false)
    }

    /// Creates a wait for something that goes on by itself and keeps no worker from its work.
    package init(waiting message: String) {
        reason = .adjusting
        self.message = message
        (needsPerson, isPassing) = (false, true)
    }
}
