/// What the worker wants to know of batches after ADX has queued them.
package struct ReportSettings: Sendable, Hashable {
    /// What ADX is asked to report.
    package enum Report: String, Sendable, CaseIterable {
        /// Nothing: a batch is done when it is queued.
        case none
        /// Which batches it rejected after they were queued.
        case failures
    }

    /// When a batch's offsets may be committed.
    package enum CommitPoint: String, Sendable, CaseIterable {
        /// When ADX has queued the batch.
        case queued
        /// When ADX says that the batch's rows are in the table, or a dead-letter topic has what it rejected.
        case ingested
    }

    /// What ADX is asked to report (`ingestion.report`).
    package var report: Report
    /// When offsets may be committed (`commit.after`).
    package var commitPoint: CommitPoint
}
