/// What a failed attempt means for the records that it was about.
package enum Disposition: String, Sendable, Hashable, CaseIterable {
    /// The same attempt may succeed later: the network, a service that is busy or away, a proxy that answers in its place.
    case retry
    /// ADX or its storage refused what was sent, and will refuse it again.
    case rejected
    /// The fault is this process's or its machine's. Kafka still has the records, so they must not be dropped.
    case stop
}
