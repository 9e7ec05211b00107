/// An expression of a query before it is bound to columns.
indirect enum Expression: Sendable, Equatable {
    /// A column by name.
    case column(String)
    /// A member of a dynamic value.
    case member(Expression, String)
    /// An element of a dynamic array.
    case element(Expression, Int)
    /// A constant.
    case literal(CellValue)
    /// A function's value.
    case call(String, [Expression])
    /// A comparison, `and` or `or`.
    case binary(String, Expression, Expression)

    /// The name that a result column gets when the query gives none.
    var implicitName: String? {
        switch self {
        case .column(let name): name
        case .member(let parent, let name): parent.implicitName.map { "\($0)_\(name)" }
        case .element(let parent, let index): parent.implicitName.map { "\($0)_\(index)" }
        case .call(let name, let arguments):
            name.hasPrefix("to") ? arguments.first?.implicitName : nil
        case .literal, .binary: nil
        }
    }
}
