/// One step of a query after its input.
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

    /// A new name for a column.
    struct Renaming: Sendable, Equatable {
        let new: String
        let old: String
    }

    case filter(Expression)
    case project([Named])
    /// Leaves columns out; names may have `*` for any text.
    case projectAway([String])
    case projectRename([Renaming])
    case extend([Named])
    case take(Int)
    case count
    case summarize([Aggregate], by: [Named])
    case sort([SortKey])
    case top(Int, [SortKey])
    case distinct([Named])
    /// Answers with names and types of the columns.
    case getSchema
    case union(TabularExpression.Union)
    case join(TabularExpression.Join)

    /// Whether one of these functions is called in it.
    func calls(_ names: Set<String>) -> Bool {
        switch self {
        case .filter(let condition): condition.calls(names)
        case .project(let list), .extend(let list), .distinct(let list): list.contains { $0.expression.calls(names) }
        case .summarize(let aggregates, let keys):
            aggregates.contains { $0.argument?.calls(names) == true } || keys.contains { $0.expression.calls(names) }
        case .sort(let keys), .top(_, let keys): keys.contains { $0.expression.calls(names) }
        case .projectAway, .projectRename, .take, .count, .getSchema, .union, .join: false
        }
    }
}
