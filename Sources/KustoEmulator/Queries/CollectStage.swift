/// Collects the result.
final class CollectStage: QueryStage {
    /// The rows so far.
    private(set) var rows: [[CellValue]] = []
    private let limits: QueryLimits
    private var bytes = 0

    /// Creates an empty result.
    init(limits: QueryLimits) { self.limits = limits }

    func push(_ row: [CellValue]) throws -> Bool {
        rows.append(row)
        bytes += row.reduce(0) { $0 + $1.approximateBytes }
        guard rows.count <= limits.maximumRows, bytes <= limits.maximumBytes else {
            throw QueryLimits.exceeded(limits.maximumRows)
        }
        return true
    }

    func finish() throws {}
}
