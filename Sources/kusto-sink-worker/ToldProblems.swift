import Daemon
import Glibc
import Logging
import SinkConfiguration

/// How the problems of a configuration are told before the last line, which sums them up.
enum ToldProblems {
    /// Writes warnings to standard error, and the problems of a service to its log if there are several.
    ///
    /// Text needs no more, since each problem stands in a line of its own in the end.
    /// - Returns: The error that ends the process.
    static func refusal(_ error: ConfigurationError, isService: Bool) -> ExitError {
        let problems = error.problems.map(\.description)
        guard isService, ProcessLog.standard.format == .json else {
            for warning in error.warnings { write("warning: \(warning)\n") }
            return ExitError(.usage, problems: problems)
        }
        let logger = ProcessLog.standard.logger("kusto-sink-worker")
        for warning in error.warnings { logger.warning("configuration", ["warning": warning]) }
        for problem in problems.prefix(ExitError.maximumProblems) where problems.count > 1 {
            logger.error("configuration", ["problem": problem])
        }
        return ExitError(.usage, problems: problems)
    }

    private static func write(_ text: String) {
        unsafe Array(text.utf8).withUnsafeBytes { _ = unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
