internal import Kusto

/// What tells a caller what ADX has reported about one batch.
protocol ReportWaiting: Sendable {
    /// Waits for the final report about a batch that ADX has queued.
    /// - Returns: `nil` when the batch's partition went to another member, or the task was cancelled.
    func report(of batch: SealedBatch) async -> IngestionReport?
}
