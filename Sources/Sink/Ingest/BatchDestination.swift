package import Kusto

/// What takes sealed batches: ADX, or a test's stand-in.
package protocol BatchDestination: Sendable {
    /// Where tasks that use it should run, or `nil` when it does not matter.
    var executor: (any TaskExecutor)? { get }

    /// Brings a batch into its table, on the batch's ``SealedBatch/path``.
    ///
    /// Checks before every step whether the batch was abandoned meanwhile, and then does nothing more: another member
    /// reads its records, and a second copy of them would only be a duplicate.
    /// - Parameters:
    ///   - batch: The batch.
    ///   - checkpoint: What earlier attempts achieved; after a failure, what the next one may begin with.
    /// - Throws: ``KustoError``; `cancelled` for a batch that is abandoned.
    func deliver(_ batch: SealedBatch, from checkpoint: inout DeliveryCheckpoint) async throws(KustoError)
}
