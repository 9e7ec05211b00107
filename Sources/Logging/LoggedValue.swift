/// A value of a log line's data in the form that is written.
package enum LoggedValue: Sendable, Hashable {
    /// Text, which JSON puts between quotation marks.
    case text(String)
    /// A number or a truth value, written as JSON has it.
    case bare(String)
    /// Several texts, which JSON has in an array.
    case list([String])

    /// The value without quotation marks.
    package var description: String {
        switch self {
        case .text(let text), .bare(let text): text
        case .list(let texts): texts.joined(separator: ", ")
        }
    }
}
