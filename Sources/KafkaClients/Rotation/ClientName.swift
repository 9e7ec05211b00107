/// A kind of Kafka client that a sink has.
package enum ClientName: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The members of the group, and what else asks the consumer's brokers.
    case consumer
    /// The producer of the queue for records that cannot be converted.
    case errorsDeadLetterQueue = "errors.deadletterqueue"
    /// The producer of the queue for records that cannot be ingested.
    case miscDeadLetterQueue = "misc.deadletterqueue"

    package var description: String { rawValue }
}
