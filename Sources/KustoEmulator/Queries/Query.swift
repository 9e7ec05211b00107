/// A query of the subset: names that `let` gives, and the expression whose rows are the result.
struct Query: Sendable, Equatable {
    /// What a name stands for.
    enum Definition: Sendable, Equatable {
        case scalar(Expression)
        case tabular(TabularExpression)
    }

    /// A `let` statement.
    struct Binding: Sendable, Equatable {
        let name: String
        let definition: Definition
    }

    /// The `let` statements, in order; each may use those before it.
    let bindings: [Binding]
    /// What the query answers.
    let body: TabularExpression

    /// Reads a query.
    /// - Throws: ``EmulatorError`` with `syntax` for anything outside the subset.
    init(parsing text: String) throws(EmulatorError) {
        var parser = QueryParser(tokens: try TokenStream(text, language: .query))
        self = try parser.query()
    }

    /// Creates a query from its parts.
    init(bindings: [Binding], body: TabularExpression) {
        self.bindings = bindings
        self.body = body
    }
}
