/// A sealed batch with the state of its ingestion.
struct IngestItem: Sendable {
    let batch: SealedBatch
    var state: BatchState
    /// When its pause ends; `nil` before its first attempt.
    var wake: Duration?
}
