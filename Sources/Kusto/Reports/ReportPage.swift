/// Some of the reports of a partition key: those of a run of batches, in the order of their names.
package struct ReportPage: Sendable {
    /// One report a batch, in no order.
    package let reports: [IngestionReport]
    /// What the next page is asked for with; `nil` after the last one.
    package let next: String?
    /// Whether every status table has answered.
    package let isComplete: Bool

    /// Creates a page, for tests of those who work with reports.
    package init(reports: [IngestionReport], next: String? = nil, isComplete: Bool = true) {
        self.reports = reports
        self.next = next
        self.isComplete = isComplete
    }
}
