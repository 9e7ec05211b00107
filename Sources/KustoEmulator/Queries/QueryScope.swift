/// What names and functions of an expression refer to.
struct QueryScope: Sendable {
    /// A value that `let` has named.
    struct Constant: Sendable {
        let value: CellValue
        let type: ColumnType
    }

    /// The columns, hidden ones included.
    var columns: [Column] = []
    /// Values that `let` has named; a column of the same name comes first.
    var constants: [String: Constant] = [:]
    /// The moment that `now()` says throughout a query, in ticks.
    let now: Int64

    /// The same with other columns.
    func with(_ columns: [Column]) -> QueryScope {
        var scope = self
        scope.columns = columns
        return scope
    }

    /// Hidden columns that a table's rows bring for functions on their extent; no column of a user's begins like this.
    static let extentColumns = [Column("$ingestion_time", .datetime), Column("$extent_tags", .dynamic)]

    /// Functions that need hidden columns.
    static let extentFunctions: Set<String> = ["ingestion_time", "extent_tags"]

    /// The columns that a result shows.
    static func visible(_ columns: [Column]) -> [Column] { columns.filter { !$0.name.hasPrefix("$") } }
}
