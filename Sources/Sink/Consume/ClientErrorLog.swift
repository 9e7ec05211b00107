internal import Kafka
internal import Logging

/// Logs a Kafka client's errors, each kind once: while a broker is away they come all the time.
///
/// A kind that goes on is told again as ``OutageReminder`` has it, and from anew after a minute without it.
struct ClientErrorLog {
    private struct Kind {
        let since: Duration
        var last: Duration
        var count: Int
        var reminder = OutageReminder()
    }

    /// The time without an error of a kind after which the next one is news.
    static let quiet = Duration.seconds(60)

    private let logger: Logger
    private var kinds: [String: Kind] = [:]

    init(logger: Logger) { self.logger = logger }

    /// Logs an error from which the client recovers by itself.
    mutating func note(_ error: KafkaError, _ now: Duration) {
        // The library's own name too: `other` is many errors that have nothing to do with each other.
        let name = "\(error.code) \(error.name) \(error.signIn.map { "\($0.cause)" } ?? "")"
        var data: LogData = ["error": error.message, "error.code": "\(error.code)"]
        guard var kind = kinds[name], now - kind.last < Self.quiet else {
            kinds[name] = Kind(since: now, last: now, count: 1)
            return logger.warning("the Kafka client reports an error and goes on", data)
        }
        kind.last = now
        kind.count += 1
        let isDue = kind.reminder.isDue(after: now - kind.since)
        kinds[name] = kind
        data["errors.count"] = kind.count
        data["errors.seconds"] = (now - kind.since).components.seconds
        logger.log(
            isDue ? .warning : .debug,
            isDue ? "the Kafka client still reports an error and goes on" : "the Kafka client reports an error again",
            data
        )
    }
}
