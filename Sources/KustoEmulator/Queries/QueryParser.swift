/// Reads the subset of KQL: a table and piped operators.
struct QueryParser {
    /// What is left to read.
    var tokens: TokenStream

    private static let aggregations: Set<String> = ["count", "countif", "dcount", "min", "max", "sum", "avg"]

    /// Reads a whole query.
    /// - Throws: ``EmulatorError`` with `syntax`.
    mutating func query() throws(EmulatorError) -> Query {
        var database: String?
        var table: String?
        var printed: [QueryOperator.Named] = []
        if tokens.skipWord("print") {
            printed = try namedList()
        } else {
            if case .name("database") = tokens.next, tokens.afterNext == .symbol("(") {
                _ = tokens.take()
                try tokens.expect("(")
                database = try tokens.string()
                try tokens.expect(")")
                try tokens.expect(".")
            }
            table = try tokens.name()
        }
        var operators: [QueryOperator] = []
        while tokens.skip("|") { operators.append(try queryOperator()) }
        _ = tokens.skip(";")
        guard tokens.isAtEnd else { throw tokens.unexpected("'|' or the end of the query") }
        return Query(database: database, table: table, printed: printed, operators: operators)
    }

    private mutating func queryOperator() throws(EmulatorError) -> QueryOperator {
        guard case .name(let name) = tokens.take() else { throw tokens.unexpected("an operator") }
        switch name {
        case "count": return .count
        case "take", "limit": return .take(try tokens.count())
        case "where", "filter": return .filter(try expression())
        case "project": return .project(try namedList())
        case "extend": return .extend(try namedList())
        case "distinct":
            if tokens.skip("*") { return .distinct([]) }
            return .distinct(try namedList())
        case "summarize": return try summarize()
        case "order", "sort":
            try tokens.expectWord("by")
            return .sort(try sortKeys())
        case "top":
            let count = try tokens.count()
            try tokens.expectWord("by")
            return .top(count, try sortKeys())
        default:
            throw EmulatorError(.syntax, "Syntax error: the operator '\(name)' is not in the emulator's subset of KQL")
        }
    }

    private mutating func summarize() throws(EmulatorError) -> QueryOperator {
        var aggregates: [QueryOperator.Aggregate] = []
        var keys: [QueryOperator.Named] = []
        if !isWord("by") {
            repeat { aggregates.append(try aggregate()) } while tokens.skip(",")
        }
        if tokens.skipWord("by") { keys = try namedList() }
        return .summarize(aggregates, by: keys)
    }

    private mutating func aggregate() throws(EmulatorError) -> QueryOperator.Aggregate {
        let name = try assignedName()
        guard case .name(let function) = tokens.take(), Self.aggregations.contains(function) else {
            throw EmulatorError(
                .syntax,
                "Syntax error: summarize takes \(Self.aggregations.sorted().joined(separator: ", ")) here"
            )
        }
        try tokens.expect("(")
        let argument = tokens.next == .symbol(")") ? nil : try expression()
        while tokens.skip(",") { _ = try expression() }  // dcount's accuracy: counts here are exact
        try tokens.expect(")")
        guard (argument == nil) == (function == "count") else {
            throw EmulatorError(.syntax, "Syntax error: \(function)() has the wrong number of arguments")
        }
        return QueryOperator.Aggregate(name: name, function: function, argument: argument)
    }

    private mutating func namedList() throws(EmulatorError) -> [QueryOperator.Named] {
        var list: [QueryOperator.Named] = []
        repeat {
            let name = try assignedName()
            list.append(QueryOperator.Named(name: name, expression: try expression()))
        } while tokens.skip(",")
        return list
    }

    private mutating func assignedName() throws(EmulatorError) -> String? {
        guard case .name = tokens.next, tokens.afterNext == .symbol("=") else { return nil }
        let name = try tokens.name()
        try tokens.expect("=")
        return name
    }

    private mutating func sortKeys() throws(EmulatorError) -> [QueryOperator.SortKey] {
        var keys: [QueryOperator.SortKey] = []
        repeat {
            let value = try expression()
            let isAscending = tokens.skipWord("asc")
            if !isAscending { _ = tokens.skipWord("desc") }
            var areNullsFirst = isAscending
            if tokens.skipWord("nulls") {
                areNullsFirst = tokens.skipWord("first")
                if !areNullsFirst { try tokens.expectWord("last") }
            }
            keys.append(
                QueryOperator.SortKey(expression: value, isDescending: !isAscending, areNullsFirst: areNullsFirst)
            )
        } while tokens.skip(",")
        return keys
    }

    private func isWord(_ word: String) -> Bool {
        if case .name(let text) = tokens.next { text == word } else { false }
    }

    private mutating func expression() throws(EmulatorError) -> Expression {
        var left = try conjunction()
        while tokens.skipWord("or") || tokens.skip("||") { left = .binary("or", left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(EmulatorError) -> Expression {
        var left = try comparison()
        while tokens.skipWord("and") || tokens.skip("&&") { left = .binary("and", left, try comparison()) }
        return left
    }

    private mutating func comparison() throws(EmulatorError) -> Expression {
        let left = try operand()
        guard let operation = comparisonOperator else { return left }
        _ = tokens.take()
        guard operation == "in" || operation == "!in" else { return .binary(operation, left, try operand()) }
        try tokens.expect("(")
        var options: [Expression] = [left]
        repeat { options.append(try operand()) } while tokens.skip(",")
        try tokens.expect(")")
        return .call(operation, options)
    }

    private var comparisonOperator: String? {
        switch tokens.next {
        case .symbol(let symbol):
            switch symbol {
            case "==", "!=", "<", "<=", ">", ">=", "=~", "!~", "!in", "!contains", "!startswith", "!has": symbol
            case "<>": "!="
            default: nil
            }
        case .name(let name):
            switch name {
            case "contains", "contains_cs", "startswith", "startswith_cs", "endswith", "endswith_cs", "has", "in": name
            default: nil
            }
        default: nil
        }
    }

    private mutating func operand() throws(EmulatorError) -> Expression {
        if tokens.skip("(") {
            let inner = try expression()
            try tokens.expect(")")
            return inner
        }
        if tokens.skip("-") {
            guard case .literal(let value) = tokens.take() else { throw tokens.unexpected("a number") }
            return .literal(try Self.negated(value))
        }
        switch tokens.next {
        case .literal(let value):
            _ = tokens.take()
            return .literal(value)
        case .string: return .literal(.string(try tokens.string()))
        case .name(let function) where tokens.afterNext == .symbol("("):
            _ = tokens.take()
            try tokens.expect("(")
            var arguments: [Expression] = []
            if tokens.next != .symbol(")") {
                repeat { arguments.append(try expression()) } while tokens.skip(",")
            }
            try tokens.expect(")")
            return try path(from: .call(function, arguments))
        default: return try path(from: .column(try tokens.name()))
        }
    }

    private mutating func path(from root: Expression) throws(EmulatorError) -> Expression {
        var result = root
        while true {
            if tokens.skip(".") {
                result = .member(result, try tokens.name())
            } else if tokens.skip("[") {
                if case .string(let name) = tokens.next {
                    _ = tokens.take()
                    result = .member(result, name)
                } else {
                    let isNegative = tokens.skip("-")
                    let index = try tokens.count()
                    result = .element(result, isNegative ? -index : index)
                }
                try tokens.expect("]")
            } else {
                return result
            }
        }
    }

    private static func negated(_ value: CellValue) throws(EmulatorError) -> CellValue {
        switch value {
        case .integer(let number): .integer(-number)
        case .real(let number): .real(-number)
        case .timespan(let ticks): .timespan(-ticks)
        default: throw EmulatorError(.syntax, "Syntax error: '-' stands before what is not a number")
        }
    }
}
