extension BoundExpression {
    /// Binds a function, or an operator with a list, to its arguments.
    /// - Throws: ``EmulatorError`` with `semantic` when the subset has no such function or it takes other arguments.
    static func function(
        _ name: String,
        _ arguments: [BoundExpression],
        in scope: QueryScope
    ) throws(EmulatorError) -> BoundExpression {
        switch name {
        case "in", "!in", "in~", "!in~": return try membership(name, arguments)
        case "between", "!between": return try range(name, arguments)
        case "now", "ago": return try moment(name, arguments, scope.now)
        case "bin", "floor": return try bin(name, arguments)
        case "iff", "iif": return try condition(name, arguments)
        case "strcat":
            try check(name, arguments, 1...64)
            return BoundExpression(.string) { row in .string(arguments.map { $0.value(row).text }.joined()) }
        case "ingestion_time", "extent_tags":
            try check(name, arguments, 0...0)
            guard let column = scope.columns.firstIndex(where: { $0.name == "$\(name)" }) else {
                throw EmulatorError(.semantic, "Semantic error: \(name)() needs rows that come straight from a table")
            }
            return BoundExpression(scope.columns[column].type) { row in row[column] }
        default:
            if let converted = conversion(name, arguments) { return converted }
            return try predicate(name, arguments)
        }
    }

    private static func predicate(_ name: String, _ arguments: [BoundExpression]) throws(EmulatorError)
        -> BoundExpression
    {
        guard
            ["-", "not", "isnull", "isnotnull", "isempty", "isnotempty", "strlen", "tolower", "toupper"].contains(name)
        else { throw EmulatorError(.semantic, "Semantic error: SEM0260: Unknown function: '\(name)'") }
        try check(name, arguments, 1...1)
        let argument = arguments[0]
        switch name {
        case "-":
            guard Arithmetic.type("-", argument.type, argument.type) != nil, argument.type != .datetime else {
                throw EmulatorError(.semantic, "Semantic error: '-' stands before a \(argument.type.rawValue)")
            }
            let type = argument.type == .int ? ColumnType.long : argument.type
            return BoundExpression(type) { row in Arithmetic.negate(argument.value(row)) ?? .null }
        case "not":
            return BoundExpression(.bool) { row in
                let value = argument.value(row)
                return value.isNull ? .null : .bool(value != .bool(true))
            }
        case "isnull": return BoundExpression(.bool) { row in .bool(argument.value(row).isNull) }
        case "isnotnull": return BoundExpression(.bool) { row in .bool(!argument.value(row).isNull) }
        case "isempty": return BoundExpression(.bool) { row in .bool(argument.value(row).text.isEmpty) }
        case "isnotempty": return BoundExpression(.bool) { row in .bool(!argument.value(row).text.isEmpty) }
        case "strlen":
            return BoundExpression(.long) { row in .integer(Int64(argument.value(row).text.unicodeScalars.count)) }
        case "tolower": return BoundExpression(.string) { row in .string(argument.value(row).text.lowercased()) }
        default: return BoundExpression(.string) { row in .string(argument.value(row).text.uppercased()) }
        }
    }

    private static func conversion(_ name: String, _ arguments: [BoundExpression]) -> BoundExpression? {
        guard arguments.count == 1 else { return nil }
        let argument = arguments[0]
        switch name {
        case "tostring", "toint", "tolong", "todouble", "toreal", "tobool", "todatetime", "totimespan", "toguid",
            "todecimal", "todynamic", "parse_json":
            let target = name == "parse_json" ? ColumnType.dynamic : ColumnType(name: name.dropFirst(2)) ?? .string
            return BoundExpression(target) { row in argument.value(row).converted(to: target) }
        default: return nil
        }
    }

    private static func membership(_ name: String, _ arguments: [BoundExpression]) throws(EmulatorError)
        -> BoundExpression
    {
        let subject = arguments[0]
        let options = Array(arguments.dropFirst())
        let isNegated = name.hasPrefix("!")
        if name.hasSuffix("~") {
            return BoundExpression(.bool) { row in
                let text = subject.value(row).text.lowercased()
                return .bool(options.contains { $0.value(row).text.lowercased() == text } != isNegated)
            }
        }
        for option in options { try Comparison.check(subject.type, option.type) }
        return BoundExpression(.bool) { row in
            let value = subject.value(row)
            return .bool(
                options.contains { Comparison.equal.compare(value, $0.value(row)) == .bool(true) } != isNegated
            )
        }
    }

    /// `x between (a .. b)`, both ends included; after a moment the end may be a time span from the start.
    private static func range(_ name: String, _ arguments: [BoundExpression]) throws(EmulatorError) -> BoundExpression {
        let (subject, low, high) = (arguments[0], arguments[1], arguments[2])
        try Comparison.check(subject.type, low.type)
        let isSpan = low.type == .datetime && high.type == .timespan
        if !isSpan { try Comparison.check(subject.type, high.type) }
        let isNegated = name.hasPrefix("!")
        return BoundExpression(.bool) { row in
            let (value, start, end) = (subject.value(row), low.value(row), high.value(row))
            if value.isNull || start.isNull || end.isNull { return .null }
            let last = isSpan ? Arithmetic.compute("+", start, end) : end
            let isInside =
                Comparison.greaterOrEqual.compare(value, start) == .bool(true)
                && Comparison.lessOrEqual.compare(value, last) == .bool(true)
            return .bool(isInside != isNegated)
        }
    }

    private static func moment(_ name: String, _ arguments: [BoundExpression], _ now: Int64) throws(EmulatorError)
        -> BoundExpression
    {
        try check(name, arguments, name == "ago" ? 1...1 : 0...1)
        guard let offset = arguments.first else { return BoundExpression(.datetime) { _ in .datetime(now) } }
        guard offset.type == .timespan else {
            throw EmulatorError(
                .semantic,
                "Semantic error: \(name)() takes a timespan such as 1h, not a \(offset.type.rawValue)"
            )
        }
        let operation = name == "ago" ? "-" : "+"
        return BoundExpression(.datetime) { row in
            let span = offset.value(row)
            return span.isNull ? .null : Arithmetic.compute(operation, .datetime(now), span)
        }
    }

    private static func bin(_ name: String, _ arguments: [BoundExpression]) throws(EmulatorError) -> BoundExpression {
        try check(name, arguments, 2...2)
        let (value, size) = (arguments[0], arguments[1])
        let type: ColumnType
        switch (value.type, size.type) {
        case (.datetime, .timespan): type = .datetime
        case (.timespan, .timespan): type = .timespan
        case (.int, .int), (.int, .long), (.long, .int), (.long, .long): type = .long
        case (.int, .real), (.long, .real), (.real, .int), (.real, .long), (.real, .real): type = .real
        default:
            throw EmulatorError(
                .semantic,
                "Semantic error: \(name)() does not take \(value.type.rawValue) and \(size.type.rawValue)"
            )
        }
        return BoundExpression(type) { row in
            let (value, size) = (value.value(row), size.value(row))
            return value.isNull || size.isNull ? .null : Arithmetic.bin(value, size)
        }
    }

    private static func condition(_ name: String, _ arguments: [BoundExpression]) throws(EmulatorError)
        -> BoundExpression
    {
        try check(name, arguments, 3...3)
        let (test, yes, no) = (arguments[0], arguments[1], arguments[2])
        let isInteger = Set([yes.type, no.type]).isSubset(of: [.int, .long])
        guard test.type == .bool, yes.type == no.type || isInteger else {
            throw EmulatorError(
                .semantic,
                "Semantic error: \(name)() takes a bool and two values of one type, not \(test.type.rawValue), "
                    + "\(yes.type.rawValue) and \(no.type.rawValue)"
            )
        }
        let type = yes.type == no.type ? yes.type : .long
        return BoundExpression(type) { row in test.isTrue(row) ? yes.value(row) : no.value(row) }
    }

    private static func check(
        _ name: String,
        _ arguments: [BoundExpression],
        _ count: ClosedRange<Int>
    ) throws(EmulatorError) {
        guard count.contains(arguments.count) else {
            throw EmulatorError(
                .semantic,
                "Semantic error: SEM0219: \(name)() does not take \(arguments.count) arguments"
            )
        }
    }
}
