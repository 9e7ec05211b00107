/// Gathers skipped records, so that there is at most one line about them in a second, however many there are.
///
/// The first one is told at once. Those within a second after a line are counted, and told with the first of them when
/// the second is over.
struct SkippedRecordTally: Sendable {
    /// What a line says.
    struct Line: Sendable, Hashable {
        /// The first of the records, or the only one.
        let first: SkippedRecord
        /// How many records.
        var count: Int
    }

    /// The least time between two lines.
    static let interval = Duration.seconds(1)

    private var lastLine: Duration?
    private var gathered: Line?

    init() {}

    /// Counts a record.
    /// - Returns: What to write, if it is time.
    mutating func note(_ record: @autoclosure () -> SkippedRecord, now: Duration) -> Line? {
        if gathered == nil { gathered = Line(first: record(), count: 0) }
        gathered?.count += 1
        return takeDue(now: now)
    }

    /// Returns what to write, if it is time and there is something.
    mutating func takeDue(now: Duration) -> Line? {
        if let lastLine, now - lastLine < Self.interval { return nil }
        guard let line = gathered else { return nil }
        lastLine = now
        gathered = nil
        return line
    }

    /// Returns what was not told yet, whatever the time.
    mutating func takeRest() -> Line? { gathered.take() }
}
