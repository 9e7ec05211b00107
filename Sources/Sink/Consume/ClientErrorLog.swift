internal import Kafka
internal import Logging

/// Logs a Kafka client's errors at most once in ten seconds a kind: a broker that is away reports itself all the time.
struct ClientErrorLog {
    private let logger: Logger
    private var lastLogged: [String: Duration] = [:]

    init(logger: Logger) { self.logger = logger }

    /// Logs an error that the client lives with.
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
