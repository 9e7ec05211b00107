/// Names and texts as the query language writes them.
enum KustoName {
    /// A name of a table or database, in brackets and quotes unless it is a plain word.
    static func quoted(_ name: String) -> String {
        let isPlain =
            name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isPlain ? name : "[\(literal(name))]"
    }

    /// A text in single quotes.
    static func literal(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
