/// One event on its way to a sink.
package struct LogEntry: Sendable {
    /// How much it matters.
    package let level: LogLevel
    /// The part of the program that speaks, such as `sink`.
    package let label: String
    /// A constant sentence; what varies is in `metadata`.
    package let message: String
    /// The event's data, by dotted key.
    package let metadata: [String: String]

    /// Creates an entry.
    package init(level: LogLevel, label: String, message: String, metadata: [String: String]) {
        self.level = level
        self.label = label
        self.message = message
        self.metadata = metadata
    }
}
