/// Names and texts as the query language writes them.
enum KustoName {
    /// A name of a table or database, always in brackets and quotes: many a plain word, such as `print`, is one of the
    /// language's own.
    static func quoted(_ name: String) -> String { "[\(literal(name))]" }

    /// A text in single quotes.
    static func literal(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
