/// One step of a query after its table.
enum QueryOperator: Sendable, Equatable {
    /// An expression with the name of the column it makes.
    struct Named: Sendable, Equatable {
        /// The name, if the query gives one.
        let name: String?
        /// What the column holds.
        let expression: Expression
    }

    /// What `summarize` computes.
    struct Aggregate: Sendable, Equatable {
        /// The name, if the query gives one.
        let name: String?
        /// The aggregation function.
        let function: String
        /// What it is computed over; `nil` for `count()`.
        let argument: Expression?
    }

    /// What rows are ordered by.
    struct SortKey: Sendable, Equatable {
        /// The value compared.
        let expression: Expression
        /// Whether the largest comes first, as is the default.
        let isDescending: Bool
        /// Whether rows without a value come first.
        let areNullsFirst: Bool
    }

    case filter(Expression)
    case project([Named])
    case extend([Named])
    case take(Int)
    case count
    case summarize([Aggregate], by: [Named])
    case sort([SortKey])
    case top(Int, [SortKey])
    case distinct([Named])
}
