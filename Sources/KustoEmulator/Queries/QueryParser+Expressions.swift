extension QueryParser {
    /// Reads an expression.
    /// - Throws: ``EmulatorError`` with `syntax`.
    mutating func expression() throws(EmulatorError) -> Expression {
        try enter()
        defer { depth -= 1 }
        var operands = [try conjunction()]
        while tokens.skipWord("or") || tokens.skip("||") { operands.append(try conjunction()) }
        return operands.count == 1 ? operands[0] : .any(operands)
    }

    private mutating func conjunction() throws(EmulatorError) -> Expression {
        var operands = [try comparison()]
        while tokens.skipWord("and") || tokens.skip("&&") { operands.append(try comparison()) }
        return operands.count == 1 ? operands[0] : .all(operands)
    }

    private mutating func comparison() throws(EmulatorError) -> Expression {
        let left = try sum()
        guard let operation = comparisonOperator else { return left }
        _ = tokens.take()
        switch operation {
        case "in", "!in", "in~", "!in~":
            try tokens.expect("(")
            var options: [Expression] = [left]
            repeat { options.append(try expression()) } while tokens.skip(",")
            try tokens.expect(")")
            return .call(operation, options)
        case "between", "!between":
            try tokens.expect("(")
            let low = try expression()
            try tokens.expect("..")
            let high = try expression()
            try tokens.expect(")")
            return .call(operation, [left, low, high])
        default: return .binary(operation, left, try sum())
        }
    }

    private var comparisonOperator: String? {
        switch tokens.next {
        case .symbol(let symbol):
            switch symbol {
            case "==", "!=", "<", "<=", ">", ">=", "=~", "!~", "!in", "!in~", "!contains", "!startswith", "!has",
                "!between":
                symbol
            case "<>": "!="
            default: nil
            }
        case .name(let name):
            switch name {
            case "contains", "contains_cs", "startswith", "startswith_cs", "endswith", "endswith_cs", "has", "in",
                "in~", "between":
                name
            default: nil
            }
        default: nil
        }
    }

    private mutating func sum() throws(EmulatorError) -> Expression {
        var left = try product()
        while let operation = oneOf(["+", "-"]) {
            try countOperation()
            left = .binary(operation, left, try product())
        }
        return left
    }

    private mutating func product() throws(EmulatorError) -> Expression {
        var left = try signed()
        while let operation = oneOf(["*", "/", "%"]) {
            try countOperation()
            left = .binary(operation, left, try signed())
        }
        return left
    }

    private mutating func oneOf(_ symbols: [String]) -> String? { symbols.first { tokens.skip($0) } }

    private mutating func signed() throws(EmulatorError) -> Expression {
        guard let sign = oneOf(["-", "+"]) else { return try path(from: try primary()) }
        try enter()
        defer { depth -= 1 }
        let operand = try signed()
        guard sign == "-" else { return operand }
        // A literal with a sign is a literal.
        if case .literal(let value, let type) = operand, let negated = Arithmetic.negate(value) {
            return .literal(negated, type)
        }
        return .call("-", [operand])
    }

    private mutating func primary() throws(EmulatorError) -> Expression {
        if tokens.skip("(") {
            let inner = try expression()
            try tokens.expect(")")
            return inner
        }
        switch tokens.next {
        case .literal(let value, let type):
            _ = tokens.take()
            return .literal(value, type)
        case .string: return .literal(.string(try tokens.string()), .string)
        case .name(let function) where tokens.afterNext == .symbol("("):
            _ = tokens.take()
            try tokens.expect("(")
            var arguments: [Expression] = []
            if tokens.next != .symbol(")") {
                repeat { arguments.append(try expression()) } while tokens.skip(",")
            }
            try tokens.expect(")")
            return .call(function, arguments)
        default: return .column(try tokens.name())
        }
    }

    private mutating func path(from root: Expression) throws(EmulatorError) -> Expression {
        var result = root
        while true {
            if tokens.skip(".") {
                try countOperation()
                result = .member(result, try tokens.name())
            } else if tokens.skip("[") {
                try countOperation()
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
}
