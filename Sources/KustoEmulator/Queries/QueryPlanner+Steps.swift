extension QueryPlanner {
    /// Binds expressions and names the columns that they make.
    /// - Throws: ``EmulatorError`` with `semantic`.
    func bind(
        _ list: [QueryOperator.Named],
        in scope: QueryScope,
        fallback: String = "Column"
    ) throws(EmulatorError) -> (columns: [Column], expressions: [BoundExpression]) {
        var names: [Column] = []
        var expressions: [BoundExpression] = []
        for (index, named) in list.enumerated() {
            let expression = try BoundExpression(named.expression, in: scope)
            let position = fallback == "Column" ? index + 1 : index
            let name = named.name ?? named.expression.implicitName ?? "\(fallback)\(position)"
            names.append(Column(name, expression.type))
            expressions.append(expression)
        }
        return (names, expressions)
    }

    /// The step of an operator that works row by row or on all rows of one input.
    /// - Throws: ``EmulatorError`` with `semantic`.
    func step(_ queryOperator: QueryOperator, _ columns: [Column]) throws(EmulatorError) -> Step {
        let scope = scope.with(columns)
        switch queryOperator {
        case .filter(let condition): return try filter(condition, scope)
        case .project(let list):
            let (result, expressions) = try bind(list, in: scope)
            return (result, { ProjectStage(expressions, next: $0) })
        case .projectAway(let patterns): return try projectAway(patterns, columns)
        case .projectRename(let renamings): return try projectRename(renamings, columns)
        case .extend(let list): return try extend(list, scope)
        case .take(let count): return (columns, { TakeStage(count, next: $0) })
        case .count: return ([Column("Count", .long)], { CountStage(next: $0) })
        case .distinct(let list):
            let (result, expressions) = try bind(list, in: scope)
            return (result, { ProjectStage(expressions, next: DistinctStage(next: $0)) })
        case .sort(let keys): return try sort(keys, limit: nil, scope)
        case .top(let count, let keys): return try sort(keys, limit: count, scope)
        case .summarize(let aggregates, let keys): return try summarize(aggregates, keys, scope)
        case .getSchema, .union, .join:
            throw EmulatorError(.semantic, "Semantic error: the operator works on whole inputs")
        }
    }

    private func filter(_ condition: Expression, _ scope: QueryScope) throws(EmulatorError) -> Step {
        let bound = try BoundExpression(condition, in: scope)
        guard bound.type == .bool else {
            throw EmulatorError(
                .semantic,
                "Semantic error: SEM0024: 'where' operator: expression of type bool expected"
            )
        }
        return (scope.columns, { FilterStage(bound, next: $0) })
    }

    private func projectAway(_ patterns: [String], _ columns: [Column]) throws(EmulatorError) -> Step {
        for pattern in patterns where !pattern.contains("*") {
            try require(pattern, columns)
        }
        return keep(columns) { column in !patterns.contains { Self.matches(column.name, $0) } }
    }

    private func projectRename(
        _ renamings: [QueryOperator.Renaming],
        _ columns: [Column]
    ) throws(EmulatorError) -> Step {
        for renaming in renamings { try require(renaming.old, columns) }
        let result = columns.map { column in
            renamings.first { $0.old == column.name }.map { Column($0.new, column.type) } ?? column
        }
        guard Set(result.map(\.name)).count == result.count else {
            throw EmulatorError(.semantic, "Semantic error: project-rename gives a name that another column has")
        }
        return (result, { MapStage(next: $0) { $0 } })
    }

    private func require(_ name: String, _ columns: [Column]) throws(EmulatorError) {
        guard QueryScope.visible(columns).contains(where: { $0.name == name }) else {
            throw EmulatorError(.semantic, "Semantic error: SEM0100: Failed to resolve column named '\(name)'")
        }
    }

    /// Keeps some of the columns, and all hidden ones.
    private func keep(_ columns: [Column], where isKept: (Column) -> Bool) -> Step {
        let kept = columns.indices.filter { columns[$0].name.hasPrefix("$") || isKept(columns[$0]) }
        return (kept.map { columns[$0] }, { MapStage(next: $0) { row in kept.map { row[$0] } } })
    }

    /// Whether a name fits a pattern in which `*` stands for any text.
    private static func matches(_ name: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return name == pattern }
        guard name.hasPrefix(parts[0]) else { return false }
        var rest = name.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }

    private func extend(_ list: [QueryOperator.Named], _ scope: QueryScope) throws(EmulatorError) -> Step {
        let added = try bind(list, in: scope)
        let visible = QueryScope.visible(scope.columns).count
        var result = Array(scope.columns.prefix(visible))
        var expressions = result.indices.map { index in BoundExpression(result[index].type) { $0[index] } }
        for (column, expression) in zip(added.columns, added.expressions) {
            if let index = result.firstIndex(where: { $0.name == column.name }) {
                result[index] = column
                expressions[index] = expression
            } else {
                result.append(column)
                expressions.append(expression)
            }
        }
        for index in visible..<scope.columns.count {
            result.append(scope.columns[index])
            expressions.append(BoundExpression(scope.columns[index].type) { $0[index] })
        }
        let final = expressions
        return (result, { ProjectStage(final, next: $0) })
    }

    private func sort(
        _ keys: [QueryOperator.SortKey],
        limit: Int?,
        _ scope: QueryScope
    ) throws(EmulatorError) -> Step {
        var bound: [SortStage.Key] = []
        for key in keys {
            let value = try BoundExpression(key.expression, in: scope)
            bound.append(SortStage.Key(value: value, isDescending: key.isDescending, areNullsFirst: key.areNullsFirst))
        }
        let (final, maximum) = (bound, limits.maximumRows)
        return (scope.columns, { SortStage(final, limit: limit, maximumRows: maximum, next: $0) })
    }

    private func summarize(
        _ aggregates: [QueryOperator.Aggregate],
        _ keys: [QueryOperator.Named],
        _ scope: QueryScope
    ) throws(EmulatorError) -> Step {
        let bound = try bind(keys, in: scope)
        var result = bound.columns
        var computed: [SummarizeStage.Aggregate] = []
        for aggregate in aggregates {
            var argument: BoundExpression?
            if let expression = aggregate.argument { argument = try BoundExpression(expression, in: scope) }
            let suffix = aggregate.argument?.implicitName ?? ""
            result.append(
                Column(aggregate.name ?? "\(aggregate.function)_\(suffix)", Self.type(aggregate.function, argument))
            )
            computed.append(SummarizeStage.Aggregate(function: aggregate.function, argument: argument))
        }
        let (final, maximum) = (computed, limits.maximumRows)
        return (result, { SummarizeStage(final, by: bound.expressions, maximumGroups: maximum, next: $0) })
    }

    private static func type(_ function: String, _ argument: BoundExpression?) -> ColumnType {
        switch function {
        case "min", "max": argument?.type ?? .dynamic
        case "avg": .real
        case "sum": argument?.type == .real || argument?.type == .dynamic ? .real : .long
        default: .long
        }
    }
}
