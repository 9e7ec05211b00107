/// What may stand for the value of an option, or for an operand: what a shell offers, and what is refused.
package enum CommandLineValues: Sendable, Equatable {
    /// Any text.
    case text
    /// The path of a file.
    case file
    /// The path of a directory.
    case directory
    /// One of these words and nothing else.
    case oneOf([String])
    /// Any text; a shell offers these words.
    case offered([String])

    /// The words that a shell offers.
    var words: [String] {
        switch self {
        case .text, .file, .directory: []
        case .oneOf(let words), .offered(let words): words
        }
    }

    /// Why `value` is refused, such as `give one of json, text`; nil when it is not.
    func refusal(of value: String) -> String? {
        guard case .oneOf(let words) = self, !words.contains(value) else { return nil }
        return "give one of \(words.joined(separator: ", "))"
    }
}
