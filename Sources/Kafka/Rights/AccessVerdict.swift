/// Whether a user has a right at the brokers, as far as a request that changes nothing can tell.
package enum AccessVerdict: Sendable, Equatable {
    /// The right is there.
    case allowed
    /// The brokers refuse.
    case refused(KafkaError)
    /// It was not asked for; the text says why, as the end of a sentence.
    case unasked(String)
    /// It was not found out; the text says why, as the end of a sentence.
    case unknown(String)
}
