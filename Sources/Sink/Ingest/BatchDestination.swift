package import Kusto

/// What takes sealed batches: ADX, or a test's stand-in.
package protocol BatchDestination: Sendable {
    /// Where the tasks that use it best run, or `nil` when that is all the same.
    var executor: (any TaskExecutor)? { get }

    /// Brings a batch into its table, by the way that it says.
    ///
    /// Looks before every step whether the batch is abandoned meanwhile, and then does nothing more: its records are somebody
    /// else's, and another copy of them would only be a duplicate.
    /// - Parameters:
    ///   - batch: The batch.
    ///   - checkpoint: What earlier attempts achieved; after a failure, what the next one may begin with.
    /// - Throws: ``KustoError``; `cancelled` for a batch that is abandoned.
    func deliver(_ batch: SealedBatch, from checkpoint: inout DeliveryCheckpoint) async throws(KustoError)
}
