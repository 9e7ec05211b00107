/// A small value that writes structured log lines; handed on by value, never global.
///
/// The message is a constant and the what varies is data beside it, so that lines can be searched and counted.
package struct Logger: Sendable {
    /// The part of the program that speaks.
    package let label: String
    /// The least level that is written.
    package var level: LogLevel
    private var data: LogData
    private let sink: any LogSink

    /// Creates a logger; `main` makes the only one, everything else derives from it.
    package init(label: String, level: LogLevel = .info, sink: any LogSink) {
        self.label = label
        self.level = level
        data = [:]
        self.sink = sink
    }

    /// Returns the same logger with one more piece of data on every line.
    package func with(_ key: String, _ value: any LogValue) -> Logger {
        var copy = self
        copy.data[key] = value
        return copy
    }

    /// Writes one line; the arguments are evaluated only if the level is written.
    package func log(
        _ level: LogLevel,
        _ message: @autoclosure () -> String,
        _ data: @autoclosure () -> LogData = [:]
    ) {
        guard level >= self.level else { return }
        let merged = self.data.merging(data()) { _, own in own }
        sink.write(LogEntry(level: level, label: label, message: message(), data: merged))
    }

    /// Writes a line about each record or call.
    package func trace(_ message: @autoclosure () -> String, _ data: @autoclosure () -> LogData = [:]) {
        log(.trace, message(), data())
    }

    /// Writes a line about each batch or request.
    package func debug(_ message: @autoclosure () -> String, _ data: @autoclosure () -> LogData = [:]) {
        log(.debug, message(), data())
    }

    /// Writes a line about a start, stop, rebalance or retry.
    package func info(_ message: @autoclosure () -> String, _ data: @autoclosure () -> LogData = [:]) {
        log(.info, message(), data())
    }

    /// Writes a line that a person should look at this week.
    package func warning(_ message: @autoclosure () -> String, _ data: @autoclosure () -> LogData = [:]) {
        log(.warning, message(), data())
    }

    /// Writes a line about work that was lost or stopped.
    package func error(_ message: @autoclosure () -> String, _ data: @autoclosure () -> LogData = [:]) {
        log(.error, message(), data())
    }
}
