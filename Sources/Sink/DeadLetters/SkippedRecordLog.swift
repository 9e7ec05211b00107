package import Logging
internal import Synchronization

/// Tells of records that were passed over since they could not be converted; one log for all lanes of a process.
///
/// With `errors.log.enable` each has a line in the words of Kafka Connect. Without it there is a line at most once a
/// second: skipping in silence is what people would find out last.
package final class SkippedRecordLog: Sendable {
    /// What the user wants to read.
    package struct Detail: Sendable, Hashable {
        /// Whether each record has a line of its own (`errors.log.enable`).
        package var namesEach: Bool
        /// Whether the words of such a line say which record it was (`errors.log.include.messages`).
        package var includesMessages: Bool

        /// Creates a detail; without arguments one line a second.
        package init(namesEach: Bool = false, includesMessages: Bool = false) {
            self.namesEach = namesEach
            self.includesMessages = includesMessages
        }
    }

    private let connector: String
    private let detail: Detail
    /// The level of the lines: without a dead-letter topic the records are lost.
    private let level: LogLevel
    private let clock: SinkClock
    private let logger: Logger
    private let tally = Mutex(SkippedRecordTally())

    /// Creates a log.
    /// - Parameters:
    ///   - connector: The sink's name.
    ///   - detail: What the user wants to read.
    ///   - keepsLetters: Whether the records are in a dead-letter topic.
    ///   - clock: The time.
    ///   - logger: Takes the lines.
    package init(connector: String, detail: Detail, keepsLetters: Bool, clock: SinkClock, logger: Logger) {
        self.connector = connector
        self.detail = detail
        level = keepsLetters ? .warning : .error
        self.clock = clock
        self.logger = logger
    }

    /// Notes a skipped record.
    /// - Parameter task: The number of the task that had it.
    func note(_ record: @autoclosure () -> SkippedRecord, task: Int) {
        if detail.namesEach { return write(record(), task) }
        let now = clock.now()
        if let line = tally.withLock({ $0.note(record(), now: now) }) { write(line) }
    }

    /// Writes what was counted and not told, once a second, until the task is cancelled; then the rest.
    package func run() async {
        while !Task.isCancelled {
            await clock.sleep(SkippedRecordTally.interval)
            let now = clock.now()
            if let line = tally.withLock({ $0.takeDue(now: now) }) { write(line) }
        }
        if let line = tally.withLock({ $0.takeRest() }) { write(line) }
    }

    /// The words of `LogReporter` and `ProcessingContext` in Kafka Connect.
    private func write(_ record: SkippedRecord, _ task: Int) {
        let which = detail.includesMessages ? ", where consumed record is \(record.description)" : ""
        logger.log(
            level,
            """
            Error encountered in task \(connector)-\(task). Executing stage '\(record.stage.rawValue)' with class \
            '\(record.converter)'\(which).
            """,
            record.data
        )
    }

    private func write(_ line: SkippedRecordTally.Line) {
        logger.log(
            level,
            "records skipped: they could not be converted",
            line.first.data.merging([
                "records.skipped": line.count, "errors.stage": line.first.stage.rawValue,
            ]) { $1 }
        )
    }
}
