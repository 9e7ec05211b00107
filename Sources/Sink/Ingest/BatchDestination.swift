package import Kusto

/// What takes sealed batches: ADX, or a test's stand-in.
package protocol BatchDestination: Sendable {
    /// Sends a batch's bytes to storage.
    func upload(_ batch: SealedBatch) async throws(KustoError) -> UploadedBlob
    /// Posts the message that makes ADX ingest the blob.
    func enqueue(_ blob: UploadedBlob, of batch: SealedBatch) async throws(KustoError)
}
