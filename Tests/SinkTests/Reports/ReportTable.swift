import Foundation
import Kusto
import Synchronization

@testable import Sink

/// Takes the place of ADX's status tables, and of what writes there.
final class ReportTable: ReportReading {
    /// What ADX says about a batch that it has queued; `nil` for nothing yet.
    typealias Outcome = @Sendable (SealedBatch, [String]) -> IngestionReport?

    private let outcome: Outcome
    private let failure: @Sendable (Int) -> KustoError?
    private let state = Mutex((rows: [UUID: IngestionReport](), looks: 0, forgotten: [UUID](), cleanings: [Duration]()))

    /// - Parameters:
    ///   - outcome: What becomes of queued batches; a row that is there already stays when that is nothing.
    ///   - failure: Gets the number of a look, from 1, or of a removal of rows without a report, from -1 down; returns how
    ///     it fails, if it does.
    init(
        _ outcome: @escaping Outcome = { batch, _ in ReportTable.report(batch, .succeeded) },
        failure: @escaping @Sendable (Int) -> KustoError? = { _ in nil }
    ) {
        self.failure = failure
        self.outcome = outcome
    }

    /// What stands in the tables.
    var rows: [UUID: IngestionReport] { state.withLock { $0.rows } }
    /// How often it was asked.
    var looks: Int { state.withLock { $0.looks } }
    /// The names of the rows that were removed, in order.
    var forgotten: [UUID] { state.withLock { $0.forgotten } }

    /// How old rows had to be to be removed without a report, each time that it was asked for.
    var cleanings: [Duration] { state.withLock { $0.cleanings } }

    /// Adds a row, or changes it.
    func put(_ report: IngestionReport) { state.withLock { $0.rows[report.sourceID] = report } }

    /// Notes a batch that was queued.
    func queue(_ batch: SealedBatch, _ rows: [String]) -> IngestionReport {
        let report = outcome(batch, rows) ?? self.rows[batch.sourceID] ?? Self.report(batch, .pending)
        put(report)
        return report
    }

    func reports(
        partitionKey: String,
        isFinal: Bool,
        limit: Int,
        after start: String?
    ) async throws(KustoError) -> ReportPage {
        let look = state.withLock { state in
            state.looks += 1
            return state.looks
        }
        if let error = failure(look) { throw error }
        let found = rows.values.filter { row in
            (!isFinal || row.status != .pending) && row.sourceID.uuidString > start ?? ""
        }.sorted { $0.sourceID.uuidString < $1.sourceID.uuidString }
        return ReportPage(
            reports: Array(found.prefix(limit)),
            next: found.count > limit ? found[limit - 1].sourceID.uuidString : nil
        )
    }

    func forget(_ reports: [IngestionReport]) async throws(KustoError) {
        state.withLock { state in
            for report in reports where state.rows.removeValue(forKey: report.sourceID) != nil {
                state.forgotten.append(report.sourceID)
            }
        }
    }

    func forgetSilent(partitionKey: String, olderThan age: Duration, limit: Int) async throws(KustoError) -> Int {
        try state.withLock { state throws(KustoError) in
            state.cleanings.append(age)
            if let error = failure(-state.cleanings.count) { throw error }
            return state.cleanings.count - 1
        }
    }

    /// A batch's name that stands behind those with smaller numbers.
    static func name(_ number: Int) -> UUID {
        let digits = String(number)
        let text = String(repeating: "0", count: 12 - digits.count) + digits
        return UUID(uuidString: "00000000-0000-4000-8000-\(text)") ?? UUID()
    }

    /// A report about a batch.
    static func report(
        _ batch: SealedBatch,
        _ status: IngestionReport.Status,
        _ code: String = "",
        _ failureStatus: IngestionReport.FailureStatus? = nil
    ) -> IngestionReport {
        IngestionReport(
            sourceID: batch.sourceID,
            status: status,
            errorCode: code,
            failureStatus: failureStatus,
            details: status == .failed ? "details of ADX" : "",
            properties: ReportLabel(batch).properties
        )
    }

    /// ADX rejects queued batches with a bad row.
    static let rejectsPoison: Outcome = { batch, rows in
        rows.contains { $0.contains("poison") }
            ? report(batch, .failed, "BadRequest_NoRecordsOrWrongFormat", .permanent) : report(batch, .succeeded)
    }
}
