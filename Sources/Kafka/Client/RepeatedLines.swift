/// Recognises repeated lines of librdkafka's log: it writes the same line at each try to connect.
struct RepeatedLines {
    /// Time in which a line is not written again.
    private static let quiet = Duration.seconds(60)
    /// The most lines remembered.
    private static let limit = 100

    private var lastWritten: [String: ContinuousClock.Instant] = [:]

    /// Whether to write a line, which is then remembered.
    mutating func isNew(_ line: String, _ now: ContinuousClock.Instant) -> Bool {
        let line = Self.kind(of: line)
        if let last = lastWritten[line], now - last < Self.quiet { return false }
        if lastWritten.count >= Self.limit { lastWritten.removeAll(keepingCapacity: true) }
        lastWritten[line] = now
        return true
    }

    /// The line without what changes from try to try: how long it took, and how many others were left out.
    private static func kind(of line: String) -> String {
        line.ranges(of: " (after ").last.map { String(line[..<$0.lowerBound]) } ?? line
    }
}
