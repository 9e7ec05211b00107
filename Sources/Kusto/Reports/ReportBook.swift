internal import FoundationEssentials
internal import Logging

/// The reports about queued batches, in however many status tables Data Management names.
struct ReportBook: Sendable {
    /// How many rows are removed at a time.
    private static let concurrentRemovals = 8

    private let table: StatusTable
    private let resources: ResourceManager
    private let logger: Logger

    init(_ table: StatusTable, _ resources: ResourceManager, _ logger: Logger) {
        self.table = table
        self.resources = resources
        self.logger = logger
    }

    /// Adds a batch's row to one of the tables.
    /// - Returns: Where the row is, as messages name it.
    func open(
        _ request: ReportRequest,
        for blob: UploadedBlob,
        _ properties: IngestionProperties,
        while isWanted: () -> Bool
    ) async throws(KustoError) -> StatusRow {
        guard !request.properties.keys.contains(where: IngestionReport.reserved.contains) else {
            throw KustoError(
                .invalidConfiguration,
                "a report's own properties must not have names of ADX's: \(request.properties.keys.sorted())",
                leg: .reports,
                disposition: .stop
            )
        }
        let table = table
        return try await resources.withFallback(over: \.statusTables, while: isWanted) {
            url async throws(KustoError) in
            try await table.insert(request, for: blob, properties, into: url)
            return StatusRow(table: url, request: request)
        }
    }

    /// Reads reports of a partition from all tables that answer.
    /// - Parameters:
    ///   - limit: About how many are read of each table at most.
    ///   - start: What the page before this one named as its end; `nil` for the first page.
    /// - Throws: ``KustoError`` when no table answers.
    func page(
        of partitionKey: String,
        isFinal: Bool,
        limit: Int,
        after start: String?
    ) async throws(KustoError) -> ReportPage {
        let table = table
        var found: [UUID: IngestionReport] = [:]
        let (answers, failure) = try await resources.atEach(\.statusTables) { url async throws(KustoError) in
            try await table.rows(of: partitionKey, isFinal: isFinal, limit: limit, after: start, in: url)
        }
        if let failure {
            guard !answers.isEmpty else { throw failure }
            if start == nil {
                logger.warning("a status table of ADX does not answer", ["error": failure.message])
            }
        }
        // What lies behind the nearest end may have another row, in the table that was not read so far.
        let end = answers.compactMap(\.end).min()
        for report in answers.flatMap(\.reports) {
            if let end, report.sourceID.uuidString.lowercased() > end { continue }
            found[report.sourceID] = found[report.sourceID]?.merging(report) ?? report
        }
        return ReportPage(reports: Array(found.values), next: end, isComplete: failure == nil)
    }

    /// Removes rows that were added before `date` and that ADX has not written into, up to `limit` of each table.
    /// - Returns: How many were removed.
    /// - Throws: The first ``KustoError``; the other tables are seen to all the same.
    func forgetSilent(of partitionKey: String, before date: Date, limit: Int) async throws(KustoError) -> Int {
        let table = table
        let (counts, failure) = try await resources.atEach(\.statusTables) { url async throws(KustoError) in
            try await table.deleteSilent(of: partitionKey, before: date, limit: limit, in: url)
        }
        if let failure { throw failure }
        return counts.reduce(0, +)
    }

    /// Removes reports; those of tables that Data Management does not name any more are left to their end.
    /// - Throws: The first ``KustoError``; the other reports are removed all the same.
    func forget(_ reports: [IngestionReport]) async throws(KustoError) {
        let table = table
        let (_, failure) = try await resources.atEach(\.statusTables) { url async throws(KustoError) in
            let here = reports.filter { $0.tables.contains(url.base) }
            let failure = await withTaskGroup(of: KustoError?.self) { group in
                var waiting = here[...]
                var first: KustoError?
                func start() {
                    guard let report = waiting.popFirst() else { return }
                    group.addTask {
                        do throws(KustoError) {
                            try await table.delete(report.sourceID, of: report.partitionKey, from: url)
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                for _ in 0..<Self.concurrentRemovals { start() }
                while let outcome = await group.next() {
                    if first == nil { first = outcome }
                    // A table that fails is not asked for every row in turn.
                    if first == nil { start() }
                }
                return first
            }
            if let failure { throw failure }
        }
        if let failure { throw failure }
    }
}
