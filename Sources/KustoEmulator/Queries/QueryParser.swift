/// Reads the subset of KQL: `let` statements, tables and piped operators.
///
/// Precedence, weakest first: `or`, `and`, comparisons, `+ -`, `* / %`, sign, members. Recursion and the number of
/// operators have limits, so that no text exhausts the stack, here or where the expression is bound.
struct QueryParser {
    /// How deep brackets, calls and subqueries may nest.
    static let maximumDepth = 100
    /// How many of the operators that make an expression deeper a query may have: arithmetic and members.
    static let maximumOperations = 500

    private static let aggregations: Set<String> = ["count", "countif", "dcount", "min", "max", "sum", "avg"]

    /// What is left to read.
    var tokens: TokenStream
    /// How deep the place is that is being read.
    var depth = 0
    /// How many operators that make an expression deeper were read.
    var operations = 0
    private var scalars: Set<String> = []

    /// Starts at the first token.
    init(tokens: TokenStream) { self.tokens = tokens }

    /// Reads a whole query.
    /// - Throws: ``EmulatorError`` with `syntax`.
    mutating func query() throws(EmulatorError) -> Query {
        var bindings: [Query.Binding] = []
        while isWord("let") {
            _ = tokens.take()
            bindings.append(try binding())
            try tokens.expect(";")
        }
        let body = try tabular()
        _ = tokens.skip(";")
        guard tokens.isAtEnd else { throw tokens.unexpected("'|' or the end of the query") }
        return Query(bindings: bindings, body: body)
    }

    private mutating func binding() throws(EmulatorError) -> Query.Binding {
        let name = try tokens.name()
        try tokens.expect("=")
        if startsTabular { return Query.Binding(name: name, definition: .tabular(try tabular())) }
        scalars.insert(name)
        return Query.Binding(name: name, definition: .scalar(try expression()))
    }

    /// Whether what comes after `let x =` has rows rather than one value.
    private var startsTabular: Bool {
        switch (tokens.next, tokens.afterNext) {
        case (.name("print"), _), (.name("union"), _), (.symbol("["), _): true
        case (.name("database"), .symbol("(")), (.name, .symbol("|")): true
        case (.name(let name), .symbol(";")): !scalars.contains(name)
        default: false
        }
    }

    /// Reads an input and what is done to its rows.
    mutating func tabular() throws(EmulatorError) -> TabularExpression {
        try enter()
        defer { depth -= 1 }
        let input = try input()
        var operators: [QueryOperator] = []
        while tokens.skip("|") { operators.append(try queryOperator()) }
        return operators.isEmpty ? input : .piped(input, operators)
    }

    private mutating func input() throws(EmulatorError) -> TabularExpression {
        if tokens.skip("(") {
            let inner = try tabular()
            try tokens.expect(")")
            return inner
        }
        if tokens.skipWord("print") { return .printed(try namedList()) }
        if isWord("union"), tokens.afterNext != .symbol("|"), tokens.afterNext != .end {
            _ = tokens.take()
            return .union(try union())
        }
        var database: String?
        if case .name("database") = tokens.next, tokens.afterNext == .symbol("(") {
            _ = tokens.take()
            try tokens.expect("(")
            database = try tokens.string()
            try tokens.expect(")")
            try tokens.expect(".")
        }
        return .table(database: database, name: try tokens.name())
    }

    private mutating func queryOperator() throws(EmulatorError) -> QueryOperator {
        guard case .name(let name) = tokens.take() else { throw tokens.unexpected("an operator") }
        switch name {
        case "count": return .count
        case "getschema": return .getSchema
        case "take", "limit": return .take(try tokens.count())
        case "where", "filter": return .filter(try expression())
        case "project": return .project(try namedList())
        case "project-away": return .projectAway(try patterns())
        case "project-rename": return .projectRename(try renamings())
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
        case "union": return .union(try union())
        case "join": return .join(try join())
        default:
            throw EmulatorError(.syntax, "Syntax error: the operator '\(name)' is not in the emulator's subset of KQL")
        }
    }

    private mutating func patterns() throws(EmulatorError) -> [String] {
        var patterns: [String] = []
        repeat {
            var pattern = tokens.skip("*") ? "*" : try tokens.name()
            while tokens.skip("*") {
                pattern += "*"
                if case .name(let more) = tokens.next {
                    _ = tokens.take()
                    pattern += more
                }
            }
            patterns.append(pattern)
        } while tokens.skip(",")
        return patterns
    }

    private mutating func renamings() throws(EmulatorError) -> [QueryOperator.Renaming] {
        var renamings: [QueryOperator.Renaming] = []
        repeat {
            let new = try tokens.name()
            try tokens.expect("=")
            renamings.append(QueryOperator.Renaming(new: new, old: try tokens.name()))
        } while tokens.skip(",")
        return renamings
    }

    private mutating func union() throws(EmulatorError) -> TabularExpression.Union {
        var isInner = false
        var sourceColumn: String?
        while case .name(let name) = tokens.next, tokens.afterNext == .symbol("=") {
            _ = tokens.take()
            try tokens.expect("=")
            let value = try tokens.name()
            switch (name, value) {
            case ("kind", "inner"): isInner = true
            case ("kind", "outer"): isInner = false
            case ("withsource", _): sourceColumn = value
            default:
                throw EmulatorError(.syntax, "Syntax error: union \(name)=\(value) is not in the emulator's subset")
            }
        }
        var inputs: [TabularExpression] = []
        repeat { inputs.append(try nestedInput()) } while tokens.skip(",")
        return TabularExpression.Union(inputs: inputs, isInner: isInner, sourceColumn: sourceColumn)
    }

    private mutating func join() throws(EmulatorError) -> TabularExpression.Join {
        var kind = TabularExpression.Join.Kind.innerunique
        if tokens.skipWord("kind") {
            try tokens.expect("=")
            let word = try tokens.name()
            let name = ["leftantisemi", "anti"].contains(word) ? "leftanti" : word
            guard let known = TabularExpression.Join.Kind(rawValue: name) else {
                let names = TabularExpression.Join.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw EmulatorError(
                    .syntax,
                    "Syntax error: join kind=\(word) is not in the emulator's subset, which has \(names)"
                )
            }
            kind = known
        }
        let right = try nestedInput()
        try tokens.expectWord("on")
        var keys: [TabularExpression.Join.Key] = []
        repeat {
            guard tokens.skip("$") else {
                let name = try tokens.name()
                keys.append(TabularExpression.Join.Key(left: name, right: name))
                continue
            }
            try tokens.expectWord("left")
            try tokens.expect(".")
            let left = try tokens.name()
            try tokens.expect("==")
            try tokens.expect("$")
            try tokens.expectWord("right")
            try tokens.expect(".")
            keys.append(TabularExpression.Join.Key(left: left, right: try tokens.name()))
        } while tokens.skip(",")
        return TabularExpression.Join(kind: kind, right: right, keys: keys)
    }

    /// A table's name, or a query in brackets.
    private mutating func nestedInput() throws(EmulatorError) -> TabularExpression {
        try enter()
        defer { depth -= 1 }
        return try input()
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

    /// The name before `=`, plain or in brackets, if there is one.
    private mutating func assignedName() throws(EmulatorError) -> String? {
        let start = tokens
        guard let name = try? tokens.name(), tokens.skip("=") else {
            tokens = start
            return nil
        }
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

    /// Goes one level deeper; the caller leaves it with `depth -= 1`.
    mutating func enter() throws(EmulatorError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw EmulatorError(
                .syntax,
                "Syntax error: the query nests deeper than \(Self.maximumDepth) levels, which the emulator does not read"
            )
        }
    }

    /// Counts an operator against the limit.
    mutating func countOperation() throws(EmulatorError) {
        operations += 1
        guard operations <= Self.maximumOperations else {
            throw EmulatorError(
                .syntax,
                "Syntax error: the query has more than \(Self.maximumOperations) arithmetic operators and members, which the emulator does not read"
            )
        }
    }
}
