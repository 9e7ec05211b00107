package import Daemon

/// Something that keeps the worker from starting.
package struct StartupProblem: Sendable, Hashable, CustomStringConvertible {
    /// Who has to do something about it.
    package enum Cause: Sendable, Hashable {
        /// What was configured: a person has to change it, or the topic or table it names.
        case configuration
        /// A service that does not answer, or refuses us.
        case service
    }

    /// Who has to do something about it.
    package let cause: Cause
    /// One sentence: which property, what was expected, what to do.
    package let message: String

    /// Creates a problem.
    package init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }

    package var description: String { message }
}

extension [StartupProblem] {
    /// How a process ends that these problems keep from starting, with how many there are; `nil` when there are none.
    package var exitError: ExitError? {
        guard !isEmpty else { return nil }
        let code: ExitCode = contains { $0.cause == .configuration } ? .usage : .unavailable
        return ExitError(code, problems: map(\.message))
    }
}
