/// An expression of a query before it is bound to columns.
indirect enum Expression: Sendable, Equatable {
    /// A column, or a value that `let` has named.
    case column(String)
    /// A member of a dynamic value.
    case member(Expression, String)
    /// An element of a dynamic array.
    case element(Expression, Int)
    /// A constant and its type.
    case literal(CellValue, ColumnType)
    /// A function's value; operators with lists or more than two operands are functions too.
    case call(String, [Expression])
    /// A comparison or an arithmetic operation.
    case binary(String, Expression, Expression)
    /// Operands joined by `and`.
    case all([Expression])
    /// Operands joined by `or`.
    case any([Expression])

    /// The name that a result column gets when the query gives none.
    var implicitName: String? {
        switch self {
        case .column(let name): name
        case .member(let parent, let name): parent.implicitName.map { "\($0)_\(name)" }
        case .element(let parent, let index): parent.implicitName.map { "\($0)_\(index)" }
        case .call(let name, let arguments):
            name.hasPrefix("to") || name == "bin" || name == "floor" ? arguments.first?.implicitName : nil
        case .literal, .binary, .all, .any: nil
        }
    }

    /// Whether one of these functions is called in it.
    func calls(_ names: Set<String>) -> Bool {
        switch self {
        case .column, .literal: false
        case .member(let parent, _), .element(let parent, _): parent.calls(names)
        case .call(let name, let arguments): names.contains(name) || arguments.contains { $0.calls(names) }
        case .binary(_, let left, let right): left.calls(names) || right.calls(names)
        case .all(let operands), .any(let operands): operands.contains { $0.calls(names) }
        }
    }
}
