/// Why a batch takes no more records.
package enum SealReason: String, Sendable, CaseIterable {
    /// It reached `flush.size.bytes`.
    case size
    /// It is as old as `flush.interval.ms`.
    case age
    /// Its container has another schema than the next message.
    case schema
    /// Its format holds one message.
    case singleMessage = "single_message"
    /// The buffers are full, and sealed batches are what empties them.
    case pressure
    /// Its partition goes to another member.
    case revoke
    /// The worker stops.
    case stop
    /// It is a part of a batch that ADX refused, or that batch once more.
    case recovery
}
