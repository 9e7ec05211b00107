internal import JSON

/// An expression whose columns are positions in a row, with the type of its values.
struct BoundExpression: Sendable {
    /// The type of the values.
    let type: ColumnType
    /// Computes the value for one row.
    let value: @Sendable ([CellValue]) -> CellValue

    /// Binds an expression to columns.
    /// - Throws: ``EmulatorError`` with `semantic` for an unknown column or function.
    init(_ expression: Expression, columns: [Column]) throws(EmulatorError) {
        switch expression {
        case .column(let name):
            guard let index = columns.firstIndex(where: { $0.name == name }) else {
                throw EmulatorError(
                    .semantic,
                    "Semantic error: SEM0100: Failed to resolve column or scalar expression named '\(name)'"
                )
            }
            self.init(columns[index].type) { row in row[index] }
        case .literal(let literal): self.init(literal.naturalType) { _ in literal }
        case .member(let parent, let name):
            let bound = try BoundExpression(parent, columns: columns)
            self.init(.dynamic) { row in Self.step(into: bound.value(row)) { $0[name] } }
        case .element(let parent, let index):
            let bound = try BoundExpression(parent, columns: columns)
            self.init(.dynamic) { row in
                Self.step(into: bound.value(row)) { value in
                    guard let elements = value.arrayValue else { return nil }
                    let position = index < 0 ? elements.count + index : index
                    guard elements.indices.contains(position) else { return nil }
                    return elements[position]
                }
            }
        case .binary(let operation, let left, let right):
            let left = try BoundExpression(left, columns: columns)
            let right = try BoundExpression(right, columns: columns)
            self = try Self.operation(operation, left, right)
        case .call(let function, let arguments):
            var bound: [BoundExpression] = []
            for argument in arguments { bound.append(try BoundExpression(argument, columns: columns)) }
            self = try Self.function(function, bound)
        }
    }

    private init(_ type: ColumnType, _ value: @escaping @Sendable ([CellValue]) -> CellValue) {
        self.type = type
        self.value = value
    }

    /// Whether the value for a row is `true`.
    func isTrue(_ row: [CellValue]) -> Bool { value(row) == .bool(true) }

    private static func step(into value: CellValue, _ body: (JSONValue) -> JSONValue?) -> CellValue {
        guard case .dynamic(let text) = value, let document = try? JSONValue(parsing: text), let found = body(document),
            found != .null
        else { return .null }
        return .dynamic(found.text)
    }

    private static func predicate(
        _ left: BoundExpression,
        _ right: BoundExpression,
        _ test: @escaping @Sendable (CellValue, CellValue) -> Bool
    ) -> BoundExpression {
        BoundExpression(.bool) { row in .bool(test(left.value(row), right.value(row))) }
    }

    private static func operation(
        _ name: String,
        _ left: BoundExpression,
        _ right: BoundExpression
    ) throws(EmulatorError) -> BoundExpression {
        switch name {
        case "and": return BoundExpression(.bool) { row in .bool(left.isTrue(row) && right.isTrue(row)) }
        case "or": return BoundExpression(.bool) { row in .bool(left.isTrue(row) || right.isTrue(row)) }
        case "==": return predicate(left, right) { $0.compared(to: $1) == 0 }
        // A value differs from no value; no value does not differ from no value.
        case "!=": return predicate(left, right) { $0.isNull != $1.isNull || ($0.compared(to: $1) ?? 0) != 0 }
        case "<": return predicate(left, right) { ($0.compared(to: $1) ?? 1) < 0 }
        case "<=": return predicate(left, right) { ($0.compared(to: $1) ?? 1) <= 0 }
        case ">": return predicate(left, right) { ($0.compared(to: $1) ?? -1) > 0 }
        case ">=": return predicate(left, right) { ($0.compared(to: $1) ?? -1) >= 0 }
        case "=~": return predicate(left, right) { $0.text.lowercased() == $1.text.lowercased() }
        case "!~": return predicate(left, right) { $0.text.lowercased() != $1.text.lowercased() }
        case "contains": return predicate(left, right) { $0.text.lowercased().contains($1.text.lowercased()) }
        case "!contains": return predicate(left, right) { !$0.text.lowercased().contains($1.text.lowercased()) }
        case "contains_cs": return predicate(left, right) { $0.text.contains($1.text) }
        case "startswith": return predicate(left, right) { $0.text.lowercased().hasPrefix($1.text.lowercased()) }
        case "!startswith": return predicate(left, right) { !$0.text.lowercased().hasPrefix($1.text.lowercased()) }
        case "startswith_cs": return predicate(left, right) { $0.text.hasPrefix($1.text) }
        case "endswith": return predicate(left, right) { $0.text.lowercased().hasSuffix($1.text.lowercased()) }
        case "endswith_cs": return predicate(left, right) { $0.text.hasSuffix($1.text) }
        case "has": return predicate(left, right) { hasTerm($0.text, $1.text) }
        case "!has": return predicate(left, right) { !hasTerm($0.text, $1.text) }
        default:
            throw EmulatorError(.semantic, "Semantic error: the operator '\(name)' is not in the emulator's subset")
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

    private static func function(_ name: String, _ arguments: [BoundExpression]) throws(EmulatorError)
        -> BoundExpression
    {
        if name == "in" || name == "!in", let subject = arguments.first {
            let options = arguments.dropFirst()
            return BoundExpression(.bool) { row in
                let value = subject.value(row)
                return .bool(options.contains { value.compared(to: $0.value(row)) == 0 } == (name == "in"))
            }
        }
        if name == "now", arguments.isEmpty {
            return BoundExpression(.datetime) { _ in .datetime(WallClock.system.now()) }
        }
        guard arguments.count == 1, let argument = arguments.first else {
            throw EmulatorError(
                .semantic,
                "Semantic error: \(name)() with \(arguments.count) arguments is not in the emulator's subset"
            )
        }
        switch name {
        case "not": return BoundExpression(.bool) { row in .bool(!argument.isTrue(row)) }
        case "isnull": return BoundExpression(.bool) { row in .bool(argument.value(row).isNull) }
        case "isnotnull": return BoundExpression(.bool) { row in .bool(!argument.value(row).isNull) }
        case "isempty": return BoundExpression(.bool) { row in .bool(argument.value(row).text.isEmpty) }
        case "isnotempty": return BoundExpression(.bool) { row in .bool(!argument.value(row).text.isEmpty) }
        case "strlen":
            return BoundExpression(.long) { row in .integer(Int64(argument.value(row).text.unicodeScalars.count)) }
        case "tostring", "toint", "tolong", "todouble", "toreal", "tobool", "todatetime", "totimespan", "toguid",
            "todecimal",
            "todynamic", "parse_json":
            let target = name == "parse_json" ? ColumnType.dynamic : ColumnType(name: name.dropFirst(2)) ?? .string
            return BoundExpression(target) { row in CellValue(text: argument.value(row).text, as: target) }
        default: throw EmulatorError(.semantic, "Semantic error: SEM0260: Unknown function: '\(name)'")
        }
    }
}

extension CellValue {
    /// The type that a literal has by itself.
    var naturalType: ColumnType {
        switch self {
        case .bool: .bool
        case .integer: .long
        case .real: .real
        case .decimal: .decimal
        case .datetime: .datetime
        case .timespan: .timespan
        case .guid: .guid
        case .dynamic: .dynamic
        case .null, .string: .string
        }
    }
}
