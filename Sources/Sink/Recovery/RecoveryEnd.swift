internal import Kafka

/// Why a recovery ends before every record is accounted for.
enum RecoveryEnd: Error, Sendable, Equatable {
    /// The partition has another owner, or the worker gives up what is in flight: the records are read again.
    case abandoned
    /// Kafka has some of the records no more.
    case gone(OffsetRangeError)
    /// The worker has to stop.
    case failed(SinkFailure)
}
