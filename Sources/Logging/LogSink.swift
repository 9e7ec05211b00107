/// Where log entries end up.
package protocol LogSink: Sendable {
    /// Takes one entry; called from any thread, so it must be quick and must not throw.
    func write(_ entry: LogEntry)
}
