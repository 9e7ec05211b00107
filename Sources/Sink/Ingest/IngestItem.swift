internal import Kusto

/// A sealed batch with the state of its ingestion.
struct IngestItem: Sendable {
    let batch: SealedBatch
    var state: BatchState
    /// The blob that was uploaded and waits for its message.
    var blob: UploadedBlob?
}
