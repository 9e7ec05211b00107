/// Runs queries over the tables of a catalog, streaming rows from their files.
struct QueryRunner: Sendable {
    /// Where tables are looked up.
    let catalog: Catalog
    /// What a result may have at most.
    var limits = QueryLimits()
    /// The time.
    var clock = WallClock.system

    /// Runs a query.
    /// - Throws: ``EmulatorError``.
    func run(_ text: String, database: String) throws -> ResultTable {
        let query = try Query(parsing: text)
        var planner = QueryPlanner(
            catalog: catalog,
            limits: limits,
            database: database,
            scope: QueryScope(now: clock.now())
        )
        for binding in query.bindings { try planner.add(binding) }
        let plan = planner.visible(try planner.plan(query.body))
        let collect = CollectStage(limits: limits)
        try plan.run(collect)
        return ResultTable(columns: plan.columns, rows: collect.rows)
    }
}
