/// What has rows: a table, or what is made of tables.
indirect enum TabularExpression: Sendable, Equatable {
    /// How rows of several inputs become one table.
    struct Union: Sendable, Equatable {
        /// The inputs after the first, which stands before the pipe or comes first in the list.
        let inputs: [TabularExpression]
        /// Whether only columns that all inputs have are kept.
        let isInner: Bool
        /// The name of a column that says where a row comes from, if one is wanted.
        let sourceColumn: String?
    }

    /// How rows of two inputs are put together.
    struct Join: Sendable, Equatable {
        /// Which rows come out.
        enum Kind: String, Sendable, CaseIterable {
            case innerunique, inner, leftouter, leftsemi, leftanti
        }

        /// A column of either side, which must be equal.
        struct Key: Sendable, Equatable {
            let left: String
            let right: String
        }

        /// Which rows come out.
        let kind: Kind
        /// The input on the right.
        let right: TabularExpression
        /// What must be equal.
        let keys: [Key]
    }

    /// A table, or an expression that `let` has named.
    case table(database: String?, name: String)
    /// One row of values.
    case printed([QueryOperator.Named])
    /// All rows of several inputs.
    case union(Union)
    /// An input with what is done to its rows, in order.
    case piped(TabularExpression, [QueryOperator])

    /// The first table that is read; `nil` for what reads none.
    var firstTable: (database: String?, name: String)? {
        switch self {
        case .table(let database, let name): (database, name)
        case .printed: nil
        case .union(let union): union.inputs.first?.firstTable
        case .piped(let input, _): input.firstTable
        }
    }
}
