internal import Kafka
internal import Logging

/// Logs a Kafka client's errors, each kind at most once in ten seconds: while a broker is away they come all the time.
struct ClientErrorLog {
    private let logger: Logger
    private var lastLogged: [String: Duration] = [:]

    init(logger: Logger) { self.logger = logger }

    /// Logs an error from which the client recovers by itself.
    mutating func note(_ error: KafkaError, _ now: Duration) {
        let kind = "\(error.code)"
        if let last = lastLogged[kind], now - last < .seconds(10) { return }
        lastLogged[kind] = now
        logger.warning(
            "the Kafka client reports an error and goes on",
            ["error": error.message, "error.code": kind]
        )
    }
}
