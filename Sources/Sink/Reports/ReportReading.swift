package import Kusto

/// What has ADX's reports about queued batches: a cluster's status tables, or a test's stand-in.
package protocol ReportReading: Sendable {
    /// Reads the reports of a partition key.
    /// - Parameters:
    ///   - partitionKey: The key that the batches were queued with.
    ///   - isFinal: Whether batches about which ADX has said nothing yet are left out.
    ///   - limit: About how many are read at most.
    /// - Throws: ``KustoError``.
    func reports(partitionKey: String, isFinal: Bool, limit: Int) async throws(KustoError) -> [IngestionReport]

    /// Removes reports.
    /// - Throws: ``KustoError``; they may be removed again later.
    func forget(_ reports: [IngestionReport]) async throws(KustoError)
}

extension KustoClient: ReportReading {}
