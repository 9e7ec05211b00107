/// Runs queries over the tables of a catalog, streaming rows from their files.
struct QueryRunner: Sendable {
    /// Where tables are looked up.
    let catalog: Catalog
    /// What a result may have at most.
    var limits = QueryLimits()

    private typealias Step = (columns: [Column], make: (any QueryStage) -> any QueryStage)

    /// Runs a query.
    /// - Throws: ``EmulatorError``.
    func run(_ text: String, database: String) throws -> ResultTable {
        let query = try Query(parsing: text)
        guard let name = query.table else { return try printed(query) }
        let table = try catalog.table(name, in: query.database ?? database)
        var steps: [Step] = []
        var columns = table.columns
        var operators = query.operators[...]
        // Counting a whole table needs no look at its rows.
        let isPlainCount = operators.first == .count
        if isPlainCount {
            operators = operators.dropFirst()
            columns = [Column("Count", .long)]
        }
        for queryOperator in operators {
            let step = try step(queryOperator, columns)
            columns = step.columns
            steps.append(step)
        }
        let collect = CollectStage(limits: limits)
        let first = steps.reversed().reduce(collect as any QueryStage) { next, step in step.make(next) }
        if isPlainCount {
            _ = try first.push([.integer(Int64(table.rowCount))])
        } else {
            try table.scan { try first.push($0) }
        }
        try first.finish()
        return ResultTable(columns: columns, rows: collect.rows)
    }

    private func printed(_ query: Query) throws -> ResultTable {
        let bound = try bind(query.printed, [], fallback: "print_")
        return ResultTable(columns: bound.columns, rows: [bound.expressions.map { $0.value([]) }])
    }

    private func bind(
        _ list: [QueryOperator.Named],
        _ columns: [Column],
        fallback: String = "Column"
    ) throws(EmulatorError) -> (columns: [Column], expressions: [BoundExpression]) {
        var names: [Column] = []
        var expressions: [BoundExpression] = []
        for (index, named) in list.enumerated() {
            let expression = try BoundExpression(named.expression, columns: columns)
            let position = fallback == "Column" ? index + 1 : index
            let name = named.name ?? named.expression.implicitName ?? "\(fallback)\(position)"
            names.append(Column(name, expression.type))
            expressions.append(expression)
        }
        return (names, expressions)
    }

    private func step(_ queryOperator: QueryOperator, _ columns: [Column]) throws(EmulatorError) -> Step {
        switch queryOperator {
        case .filter(let condition):
            let bound = try BoundExpression(condition, columns: columns)
            guard bound.type == .bool else {
                throw EmulatorError(
                    .semantic,
                    "Semantic error: SEM0024: 'where' operator: expression of type bool expected"
                )
            }
            return (columns, { FilterStage(bound, next: $0) })
        case .project(let list):
            let (result, expressions) = try bind(list, columns)
            return (result, { ProjectStage(expressions, next: $0) })
        case .extend(let list): return try extend(list, columns)
        case .take(let count): return (columns, { TakeStage(count, next: $0) })
        case .count: return ([Column("Count", .long)], { CountStage(next: $0) })
        case .distinct(let list):
            let maximum = limits.maximumRows
            guard !list.isEmpty else { return (columns, { DistinctStage(limit: maximum, next: $0) }) }
            let (result, expressions) = try bind(list, columns)
            return (result, { ProjectStage(expressions, next: DistinctStage(limit: maximum, next: $0)) })
        case .sort(let keys): return try sort(keys, limit: nil, columns)
        case .top(let count, let keys): return try sort(keys, limit: count, columns)
        case .summarize(let aggregates, let keys): return try summarize(aggregates, keys, columns)
        }
    }

    private func extend(_ list: [QueryOperator.Named], _ columns: [Column]) throws(EmulatorError) -> Step {
        let added = try bind(list, columns)
        var result = columns
        var expressions: [BoundExpression] = []
        for column in columns { expressions.append(try BoundExpression(.column(column.name), columns: columns)) }
        for (column, expression) in zip(added.columns, added.expressions) {
            if let index = result.firstIndex(where: { $0.name == column.name }) {
                result[index] = column
                expressions[index] = expression
            } else {
                result.append(column)
                expressions.append(expression)
            }
        }
        let final = expressions
        return (result, { ProjectStage(final, next: $0) })
    }

    private func sort(_ keys: [QueryOperator.SortKey], limit: Int?, _ columns: [Column]) throws(EmulatorError) -> Step {
        var bound: [SortStage.Key] = []
        for key in keys {
            let value = try BoundExpression(key.expression, columns: columns)
            bound.append(SortStage.Key(value: value, isDescending: key.isDescending, areNullsFirst: key.areNullsFirst))
        }
        let (final, maximum) = (bound, limits.maximumRows)
        return (columns, { SortStage(final, limit: limit, maximumRows: maximum, next: $0) })
    }

    private func summarize(
        _ aggregates: [QueryOperator.Aggregate],
        _ keys: [QueryOperator.Named],
        _ columns: [Column]
    ) throws(EmulatorError) -> Step {
        let bound = try bind(keys, columns)
        var result = bound.columns
        var computed: [SummarizeStage.Aggregate] = []
        for aggregate in aggregates {
            var argument: BoundExpression?
            if let expression = aggregate.argument { argument = try BoundExpression(expression, columns: columns) }
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
