internal import Glibc
package import Logging
internal import Synchronization

/// What a process writes to standard error: log lines while it works, and in the end why it ended.
///
/// A service says both in the same format, so that whoever collects its lines can read the last one, too.
package final class ProcessLog: Sendable {
    /// The log of this process, of which there is one, as there is one standard error.
    package static let standard = ProcessLog()

    private struct State {
        /// What the user has chosen.
        var format: LogFormat?
        /// The label of the logger, once there is one.
        var label: String?
    }

    private let descriptor: Int32
    private let state = Mutex(State())

    /// Creates a log.
    /// - Parameter descriptor: Where it is written; an open file descriptor.
    init(descriptor: Int32 = STDERR_FILENO) { self.descriptor = descriptor }

    /// The format of the lines: the chosen one, otherwise text at a terminal and JSON elsewhere.
    package var format: LogFormat { state.withLock { $0.format } ?? LogFormat.suited(to: descriptor) }

    /// Chooses the format, as early as the user's choice is known; `nil` leaves it as it is.
    package func choose(_ format: LogFormat?) {
        guard let format else { return }
        state.withLock { $0.format = format }
    }

    /// Makes the logger from which all others of the process derive.
    package func logger(_ label: String, level: LogLevel = .info) -> Logger {
        state.withLock { $0.label = label }
        return Logger(label: label, level: level, sink: StreamLogSink(format: format, descriptor: descriptor))
    }

    /// Writes the last line: why the process ends.
    ///
    /// A service says it in a line of its log. A command that somebody has typed in says it as text, as does a service
    /// in text that has not begun to log: several problems stand in lines of their own then.
    func end(_ error: ExitError, of program: String, isService: Bool) {
        let label = state.withLock { $0.label }
        guard isService, format == .json || label != nil else {
            return FileOutput.write("\(program): \(error.text())\n", to: descriptor)
        }
        var data: LogData = ["exit.code": error.code.rawValue]
        if error.problems.count > 1 { data["problems"] = error.problems.count }
        logger(label ?? program).error(error.line(maximumBytes: Self.maximumBytes), data)
    }

    /// The most bytes of a last line's message: container engines cut lines of 16 KiB.
    private static let maximumBytes = 8192
}
