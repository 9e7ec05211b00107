/// Why a recovery ends before every record is accounted for.
enum RecoveryEnd: Error, Sendable, Equatable {
    /// The partition has another owner, or the worker gives up what is in flight: the records are read again.
    case abandoned
    /// The worker has to stop.
    case failed(SinkFailure)
}
