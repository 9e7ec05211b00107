internal import JSON

/// An expression whose columns are positions in a row, with the type of its values.
struct BoundExpression: Sendable {
    /// The type of the values.
    let type: ColumnType
    /// Computes the value for one row.
    let value: @Sendable ([CellValue]) -> CellValue

    /// Binds an expression to what its names refer to.
    /// - Throws: ``EmulatorError`` with `semantic` for an unknown column or function, or types that do not fit.
    init(_ expression: Expression, in scope: QueryScope) throws(EmulatorError) {
        switch expression {
        case .column(let name): self = try Self.named(name, in: scope)
        case .literal(let literal, let type): self.init(type) { _ in literal }
        case .member(let parent, let name):
            let bound = try BoundExpression(parent, in: scope)
            self.init(.dynamic) { row in Self.step(into: bound.value(row)) { $0[name] } }
        case .element(let parent, let index):
            let bound = try BoundExpression(parent, in: scope)
            self.init(.dynamic) { row in
                Self.step(into: bound.value(row)) { value in
                    guard let elements = value.arrayValue else { return nil }
                    let position = index < 0 ? elements.count + index : index
                    guard elements.indices.contains(position) else { return nil }
                    return elements[position]
                }
            }
        case .binary(let operation, let left, let right):
            let left = try BoundExpression(left, in: scope)
            let right = try BoundExpression(right, in: scope)
            self = try Self.operation(operation, left, right)
        case .all(let operands): self = try Self.logical(operands, in: scope, deciding: false)
        case .any(let operands): self = try Self.logical(operands, in: scope, deciding: true)
        case .call(let function, let arguments):
            var bound: [BoundExpression] = []
            for argument in arguments { bound.append(try BoundExpression(argument, in: scope)) }
            self = try Self.function(function, bound, in: scope)
        }
    }

    /// Creates an expression from a computation.
    init(_ type: ColumnType, _ value: @escaping @Sendable ([CellValue]) -> CellValue) {
        self.type = type
        self.value = value
    }

    /// Whether the value for a row is `true`.
    func isTrue(_ row: [CellValue]) -> Bool { value(row) == .bool(true) }

    private static func named(_ name: String, in scope: QueryScope) throws(EmulatorError) -> BoundExpression {
        if let index = scope.columns.firstIndex(where: { $0.name == name }) {
            return BoundExpression(scope.columns[index].type) { row in row[index] }
        }
        if let constant = scope.constants[name] { return BoundExpression(constant.type) { _ in constant.value } }
        throw EmulatorError(
            .semantic,
            "Semantic error: SEM0100: Failed to resolve column or scalar expression named '\(name)'"
        )
    }

    private static func step(into value: CellValue, _ body: (JSONValue) -> JSONValue?) -> CellValue {
        guard case .dynamic(let text) = value, let document = try? JSONValue(parsing: text), let found = body(document),
            found != .null
        else { return .null }
        return .dynamic(found.text)
    }

    /// `and` is decided by the first `false`, `or` by the first `true`; otherwise a null makes the result null.
    private static func logical(
        _ operands: [Expression],
        in scope: QueryScope,
        deciding: Bool
    ) throws(EmulatorError) -> BoundExpression {
        var bound: [BoundExpression] = []
        for operand in operands {
            let one = try BoundExpression(operand, in: scope)
            guard one.type == .bool || one.type == .dynamic else {
                throw EmulatorError(
                    .semantic,
                    "Semantic error: SEM0024: '\(deciding ? "or" : "and")' operator: expression of type bool expected, "
                        + "found \(one.type.rawValue)"
                )
            }
            bound.append(one)
        }
        let final = bound
        return BoundExpression(.bool) { row in
            var hasNull = false
            for operand in final {
                let value = operand.value(row)
                if value == .bool(deciding) || value == .dynamic(deciding ? "true" : "false") { return .bool(deciding) }
                hasNull = hasNull || value.isNull
            }
            return hasNull ? .null : .bool(!deciding)
        }
    }

    private static func operation(
        _ name: String,
        _ left: BoundExpression,
        _ right: BoundExpression
    ) throws(EmulatorError) -> BoundExpression {
        if ["+", "-", "*", "/", "%"].contains(name) {
            guard let type = Arithmetic.type(name, left.type, right.type) else {
                throw EmulatorError(
                    .semantic,
                    "Semantic error: the operator '\(name)' does not take \(left.type.rawValue) and \(right.type.rawValue); add casts"
                )
            }
            return BoundExpression(type) { row in
                let (left, right) = (left.value(row), right.value(row))
                return left.isNull || right.isNull ? .null : Arithmetic.compute(name, left, right)
            }
        }
        if let test = textTest(name) {
            return BoundExpression(.bool) { row in .bool(test(left.value(row).text, right.value(row).text)) }
        }
        guard let comparison = Comparison(rawValue: name) else {
            throw EmulatorError(.semantic, "Semantic error: the operator '\(name)' is not in the emulator's subset")
        }
        try Comparison.check(left.type, right.type)
        return BoundExpression(.bool) { row in comparison.compare(left.value(row), right.value(row)) }
    }

    private static func textTest(_ name: String) -> (@Sendable (String, String) -> Bool)? {
        switch name {
        case "=~": { $0.lowercased() == $1.lowercased() }
        case "!~": { $0.lowercased() != $1.lowercased() }
        case "contains": { $0.lowercased().contains($1.lowercased()) }
        case "!contains": { !$0.lowercased().contains($1.lowercased()) }
        case "contains_cs": { $0.contains($1) }
        case "startswith": { $0.lowercased().hasPrefix($1.lowercased()) }
        case "!startswith": { !$0.lowercased().hasPrefix($1.lowercased()) }
        case "startswith_cs": { $0.hasPrefix($1) }
        case "endswith": { $0.lowercased().hasSuffix($1.lowercased()) }
        case "endswith_cs": { $0.hasSuffix($1) }
        case "has": { hasTerm($0, $1) }
        case "!has": { !hasTerm($0, $1) }
        default: nil
        }
    }

    private static func hasTerm(_ text: String, _ term: String) -> Bool {
        let (text, term) = (text.lowercased(), term.lowercased())
        return text.ranges(of: term).contains { range in
            let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
            let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
            return ![before, after].contains { $0.map { $0.isLetter || $0.isNumber } ?? false }
        }
    }
}
