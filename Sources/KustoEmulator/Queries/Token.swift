/// A word of a query or command.
enum Token: Sendable, Equatable {
    /// A name or keyword as written; commands' dashes, as in `create-merge`, are part of it.
    case name(String)
    /// A string literal's content.
    case string(String)
    /// A number, date, time span or other literal, and its type.
    case literal(CellValue, ColumnType)
    /// An operator or bracket.
    case symbol(String)
    /// The end of the text.
    case end

    /// The token as error messages quote it.
    var description: String {
        switch self {
        case .name(let text), .symbol(let text): text
        case .string(let text): "'\(text)'"
        case .literal(let value, _): value.text
        case .end: "end of text"
        }
    }
}
