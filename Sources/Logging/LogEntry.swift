/// One event on its way to a sink.
package struct LogEntry: Sendable {
    /// How much it matters.
    package let level: LogLevel
    /// The part of the program that speaks, such as `sink`.
    package let label: String
    /// A constant sentence; what varies is in ``data``.
    package let message: String
    /// The event's data, by dotted key.
    package let data: LogData

    /// Creates an entry.
    package init(level: LogLevel, label: String, message: String, data: LogData = [:]) {
        self.level = level
        self.label = label
        self.message = message
        self.data = data
    }

    /// The event's data as a line of text has it, by dotted key.
    package var metadata: [String: String] { data.mapValues(\.logged.description) }
}
