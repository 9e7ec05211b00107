internal import Metrics

/// What has become of records that are no rows, of all tables together.
struct TableTotals: Sendable, Hashable {
    /// Records without a value.
    var skipped = 0
    /// Records that could not be converted or written.
    var failed = 0
    /// Records that a dead-letter topic has acknowledged.
    var deadLetters = 0
}

extension TopicRouter {
    /// The counts of all tables since the process began, each table once.
    var totals: TableTotals {
        var known: Set<String> = []
        return tables.filter { known.insert($0.qualifiedTable).inserted }.reduce(into: TableTotals()) { sum, route in
            sum.skipped += route.metrics.recordsSkipped.value
            sum.failed += route.metrics.recordsFailed.value
            sum.deadLetters += route.metrics.deadLettersSent.value
        }
    }
}
