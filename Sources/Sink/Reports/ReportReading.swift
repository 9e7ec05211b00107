package import Kusto

/// What has ADX's reports about queued batches: a cluster's status tables, or a test's stand-in.
package protocol ReportReading: Sendable {
    /// Reads a page of the reports of a partition key.
    /// - Parameters:
    ///   - partitionKey: The key that the batches were queued with.
    ///   - isFinal: Whether batches about which ADX has said nothing yet are left out.
    ///   - limit: About how many are read at most.
    ///   - start: The ``ReportPage/next`` of the page before; `nil` for the first page.
    /// - Throws: ``KustoError``.
    func reports(
        partitionKey: String,
        isFinal: Bool,
        limit: Int,
        after start: String?
    ) async throws(KustoError) -> ReportPage

    /// Removes reports.
    /// - Throws: ``KustoError``; they may be removed again later.
    func forget(_ reports: [IngestionReport]) async throws(KustoError)

    /// Removes what stands there for batches that were queued longer ago than `age` and about which ADX has said nothing, up
    /// to `limit` of each table.
    /// - Returns: How many were removed.
    /// - Throws: ``KustoError``.
    func forgetSilent(partitionKey: String, olderThan age: Duration, limit: Int) async throws(KustoError) -> Int
}

extension KustoClient: ReportReading {}
