/// A query of the subset: a table and what is done to its rows.
struct Query: Sendable, Equatable {
    /// The database named in the query, if any.
    let database: String?
    /// The table's name; `nil` for `print`.
    let table: String?
    /// What `print` prints.
    let printed: [QueryOperator.Named]
    /// The steps, in order.
    let operators: [QueryOperator]

    /// Reads a query.
    /// - Throws: ``EmulatorError`` with `syntax` for anything outside the subset.
    init(parsing text: String) throws(EmulatorError) {
        var parser = QueryParser(tokens: try TokenStream(text))
        self = try parser.query()
    }

    /// Creates a query from its parts.
    init(database: String?, table: String?, printed: [QueryOperator.Named] = [], operators: [QueryOperator]) {
        self.database = database
        self.table = table
        self.printed = printed
        self.operators = operators
    }
}
