import Daemon
import Glibc
import SinkConfiguration

/// How the problems of a configuration are told: each on a line of its own when there are several, all in the last line.
enum ToldProblems {
    /// The most problems that are written: a file with more of them is hardly meant to be a configuration.
    private static let limit = 100

    /// Writes warnings and problems to standard error.
    /// - Returns: The error that ends the process, whose sentence sums the problems up.
    static func refusal(_ error: ConfigurationError) -> ExitError {
        for warning in error.warnings { write("warning: \(warning)\n") }
        let problems = error.problems.map(\.description)
        if problems.count > 1 { write(told(problems).map { "problem: \($0)\n" }.joined()) }
        return ExitError(.usage, summary(problems))
    }

    /// All problems in one line, how many there are first.
    static func summary(_ problems: [String]) -> String {
        guard problems.count > 1 else { return problems.first ?? "" }
        return "\(problems.count) problems: \(told(problems).joined(separator: "; "))"
    }

    private static func told(_ problems: [String]) -> [String] {
        let more = problems.count - limit
        return problems.prefix(limit) + (more > 0 ? ["and \(more) more"] : [])
    }

    private static func write(_ text: String) {
        unsafe Array(text.utf8).withUnsafeBytes { _ = unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
