/// Turns parts of a query into plans.
struct QueryPlanner {
    /// One operator: which columns come out, and the stage that makes them.
    typealias Step = (columns: [Column], make: (any QueryStage) -> any QueryStage)

    /// Where tables are looked up.
    let catalog: Catalog
    /// What a result may have at most.
    let limits: QueryLimits
    /// The database of tables that are named without one.
    let database: String
    /// What names refer to.
    private(set) var scope: QueryScope
    private var tabulars: [String: QueryPlan] = [:]

    /// Creates a planner that knows no names of `let` yet.
    init(catalog: Catalog, limits: QueryLimits, database: String, scope: QueryScope) {
        (self.catalog, self.limits, self.database, self.scope) = (catalog, limits, database, scope)
    }

    /// Adds a name that `let` gives.
    /// - Throws: ``EmulatorError``.
    mutating func add(_ binding: Query.Binding) throws {
        switch binding.definition {
        case .scalar(let expression):
            let bound = try BoundExpression(expression, in: scope.with([]))
            scope.constants[binding.name] = QueryScope.Constant(value: bound.value([]), type: bound.type)
        case .tabular(let expression): tabulars[binding.name] = visible(try plan(expression))
        }
    }

    /// The plan of an expression with rows.
    /// - Throws: ``EmulatorError``.
    func plan(_ expression: TabularExpression) throws -> QueryPlan {
        switch expression {
        case .table(let database, let name): try source(database, name, withExtents: false)
        case .printed(let list): try printed(list)
        case .union(let union): try self.union(nil, union)
        case .piped(let input, let operators): try piped(input, operators)
        }
    }

    /// The same plan without hidden columns.
    func visible(_ plan: QueryPlan) -> QueryPlan {
        let columns = QueryScope.visible(plan.columns)
        guard columns.count < plan.columns.count else { return plan }
        let count = columns.count
        // Hidden columns are the last ones.
        return QueryPlan(columns: columns) { next in
            try plan.run(MapStage(next: next) { Array($0.prefix(count)) })
        }
    }

    private func source(_ database: String?, _ name: String, withExtents: Bool) throws -> QueryPlan {
        if database == nil, let plan = tabulars[name] { return plan }
        let table = try catalog.table(name, in: database ?? self.database)
        guard withExtents else {
            return QueryPlan(columns: table.columns) { next in try table.scan { try next.push($0) } }
        }
        return QueryPlan(columns: table.columns + QueryScope.extentColumns) { next in
            try table.scanWithExtents { row, extent in
                try next.push(row + [.datetime(extent.ingested), .dynamic(extent.tagsJSON)])
            }
        }
    }

    private func printed(_ list: [QueryOperator.Named]) throws -> QueryPlan {
        let bound = try bind(list, in: scope.with([]), fallback: "print_")
        return QueryPlan(columns: bound.columns) { next in _ = try next.push(bound.expressions.map { $0.value([]) }) }
    }

    private func piped(_ input: TabularExpression, _ operators: [QueryOperator]) throws -> QueryPlan {
        var rest = operators[...]
        var plan: QueryPlan
        if case .table(let database, let name) = input, rest.first == .count, database != nil || tabulars[name] == nil {
            // Counting a whole table needs no look at its rows.
            let table = try catalog.table(name, in: database ?? self.database)
            rest = rest.dropFirst()
            plan = QueryPlan(columns: [Column("Count", .long)]) { next in
                _ = try next.push([.integer(Int64(table.rowCount))])
            }
        } else if case .table(let database, let name) = input {
            let withExtents = operators.contains { $0.calls(QueryScope.extentFunctions) }
            plan = try source(database, name, withExtents: withExtents)
        } else {
            plan = try self.plan(input)
        }
        for queryOperator in rest { plan = try apply(queryOperator, to: plan) }
        return plan
    }

    private func apply(_ queryOperator: QueryOperator, to plan: QueryPlan) throws -> QueryPlan {
        switch queryOperator {
        case .union(let union): return try self.union(visible(plan), union)
        case .join(let join): return try self.join(visible(plan), join)
        case .getSchema: return schema(of: visible(plan).columns)
        case .distinct([]): return try apply(.project(all(plan)), to: plan).through { DistinctStage(next: $0) }
        default:
            let step = try step(queryOperator, plan.columns)
            return QueryPlan(columns: step.columns) { next in
                let first = step.make(RelayStage(next))
                try plan.run(first)
                try first.finish()
            }
        }
    }

    private func all(_ plan: QueryPlan) -> [QueryOperator.Named] {
        QueryScope.visible(plan.columns).map { QueryOperator.Named(name: $0.name, expression: .column($0.name)) }
    }

    private func schema(of columns: [Column]) -> QueryPlan {
        let result = [
            Column("ColumnName", .string), Column("ColumnOrdinal", .int), Column("DataType", .string),
            Column("ColumnType", .string),
        ]
        return QueryPlan(columns: result) { next in
            for (index, column) in columns.enumerated() {
                let row: [CellValue] = [
                    .string(column.name), .integer(Int64(index)), .string(column.type.systemType),
                    .string(column.type.rawValue),
                ]
                guard try next.push(row) else { return }
            }
        }
    }

    private func union(_ first: QueryPlan?, _ union: TabularExpression.Union) throws -> QueryPlan {
        var inputs: [(name: String, plan: QueryPlan)] = []
        if let first { inputs.append(("union_arg0", first)) }
        for (index, input) in union.inputs.enumerated() {
            let name = if case .table(_, let name) = input { name } else { "union_arg\(index)" }
            inputs.append((name, visible(try plan(input))))
        }
        var columns: [Column] = []
        for column in inputs.flatMap(\.plan.columns) {
            guard let known = columns.first(where: { $0.name == column.name }) else {
                columns.append(column)
                continue
            }
            guard known.type == column.type else {
                throw EmulatorError(
                    .semantic,
                    "Semantic error: the emulator's union does not take column '\(column.name)' as \(known.type.rawValue) "
                        + "and as \(column.type.rawValue); rename one of them"
                )
            }
        }
        if union.isInner {
            columns = columns.filter { column in inputs.allSatisfy { $0.plan.columns.contains(column) } }
        }
        let (final, sourceColumn) = (columns, union.sourceColumn)
        let shown = (sourceColumn.map { [Column($0, .string)] } ?? []) + columns
        return QueryPlan(columns: shown) { next in
            for (name, plan) in inputs {
                let positions = final.map { column in plan.columns.firstIndex(of: column) }
                let relay = RelayStage(next)
                let map = MapStage(next: relay) { row in
                    let head: [CellValue] = sourceColumn == nil ? [] : [.string(name)]
                    return head + zip(positions, final).map { $0.0.map { row[$0] } ?? .missing($0.1.type) }
                }
                try plan.run(map)
                guard relay.isOpen else { return }
            }
        }
    }

    private func join(_ left: QueryPlan, _ join: TabularExpression.Join) throws -> QueryPlan {
        let right = visible(try plan(join.right))
        var keys: [(left: Int, right: Int)] = []
        for key in join.keys {
            let leftIndex = try position(of: key.left, in: left.columns, side: "left")
            let rightIndex = try position(of: key.right, in: right.columns, side: "right")
            try Comparison.check(left.columns[leftIndex].type, right.columns[rightIndex].type)
            keys.append((leftIndex, rightIndex))
        }
        var columns = left.columns
        if join.kind != .leftsemi, join.kind != .leftanti {
            for column in right.columns {
                var name = column.name
                var number = 0
                while columns.contains(where: { $0.name == name }) {
                    number += 1
                    name = "\(column.name)\(number)"
                }
                columns.append(Column(name, column.type))
            }
        }
        let plan = JoinStage.Plan(
            kind: join.kind,
            keys: keys,
            missingRight: right.columns.map { .missing($0.type) },
            readRight: right.run,
            maximumRows: limits.maximumRows
        )
        return QueryPlan(columns: columns) { next in try left.run(JoinStage(plan, next: next)) }
    }

    private func position(of name: String, in columns: [Column], side: String) throws(EmulatorError) -> Int {
        guard let index = columns.firstIndex(where: { $0.name == name }) else {
            throw EmulatorError(
                .semantic,
                "Semantic error: SEM0100: the \(side) side of the join has no column named '\(name)'"
            )
        }
        return index
    }
}

extension QueryPlan {
    /// The same columns, with the rows going through one more stage.
    func through(_ make: @escaping (any QueryStage) -> any QueryStage) -> QueryPlan {
        let run = run
        return QueryPlan(columns: columns) { next in
            let stage = make(RelayStage(next))
            try run(stage)
            try stage.finish()
        }
    }
}
