package import Kusto

/// What takes sealed batches: ADX, or a test's stand-in.
package protocol BatchDestination: Sendable {
    /// Where the tasks that use it best run, or `nil` when that is all the same.
    var executor: (any TaskExecutor)? { get }
    /// Sends a batch's bytes to storage.
    func upload(_ batch: SealedBatch) async throws(KustoError) -> UploadedBlob
    /// Posts the message that makes ADX ingest the blob.
    func enqueue(_ blob: UploadedBlob, of batch: SealedBatch) async throws(KustoError)
}
