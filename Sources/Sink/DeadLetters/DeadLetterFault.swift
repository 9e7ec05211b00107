internal import Kafka

/// The words for a dead letter that could not be written.
enum DeadLetterFault {
    /// Returns why the worker stops, and what to do.
    /// - Parameter reason: Why the brokers cannot be reached, when the error itself only says that time is over.
    static func failure(
        of letter: DeadLetter,
        _ kind: DeadLetterQueue.Kind,
        topic: String,
        servers: String,
        _ error: KafkaError,
        reason: String?
    ) -> SinkFailure {
        let (place, size) = ("topic \(letter.source.topic) partition \(letter.source.partition)", letter.bytes)
        let cause = error.message + (reason.map { "; \($0)" } ?? "")
        return SinkFailure(
            .deadLetter,
            """
            the record at \(place) offset \(letter.offset) could not be written to the dead-letter topic \(topic) at \
            \(servers) (\(kind.prefix)topic.name): \(cause); \(remedy(error, kind, topic, size)); its offset was not \
            committed, the next start reads the record again
            """
        )
    }

    private static func remedy(_ error: KafkaError, _ kind: DeadLetterQueue.Kind, _ topic: String, _ size: Int)
        -> String
    {
        switch error.code {
        case .messageTooLarge:
            """
            the letter has about \(size) bytes: raise max.message.bytes of topic \(topic), and the limit in \
            \(kind.prefix)max.request.size if you set one
            """
        case .authorization:
            """
            grant the user the right to write to topic \(topic); brokers before 2.8 also want IdempotentWrite on the \
            cluster, unless \(kind.prefix)enable.idempotence=false
            """
        case .authentication:
            "check \(kind.prefix)security.protocol, \(kind.prefix)sasl.* and \(kind.prefix)ssl.*"
        case .unknownTopic:
            "create topic \(topic)"
        case .timedOut, .brokerUnavailable:
            "check that the brokers run and can be reached, or raise \(kind.prefix)delivery.timeout.ms"
        default:
            "look at the brokers of that topic"
        }
    }
}
