/// A command or a query, in Kusto's language.
///
/// What the program itself writes is taken as it is; whatever is put in says what it is, a name, a text or a word, and is
/// quoted here and nowhere else. So nothing that comes from a configuration or an answer becomes part of the language:
///
///     let command: KustoCommand = ".show table \(name: table) policy streamingingestion"
package struct KustoCommand: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// The command as it is sent.
    package let text: String

    /// Takes a command that the program itself writes.
    package init(stringLiteral text: String) { self.text = text }

    /// Takes a command with values in it.
    package init(stringInterpolation parts: StringInterpolation) { text = parts.text }

    package var description: String { text }

    /// What a command is put together from.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        /// Adds the name of a table, database or column, always in brackets and quotes: many a plain word, such as `print`,
        /// is one of the language's own.
        package mutating func appendInterpolation(name: String) { text += "[\(KustoCommand.quoted(name))]" }

        /// Adds a text in quotes.
        package mutating func appendInterpolation(text: String) { self.text += KustoCommand.quoted(text) }

        /// Adds a word, such as a mapping's kind; whatever is no letter and no digit is left out.
        package mutating func appendInterpolation(word: String) {
            text += String(decoding: word.utf8.filter(KustoCommand.isWordByte), as: UTF8.self)
        }

        /// Adds a part that was put together in the same way.
        package mutating func appendInterpolation(_ part: KustoCommand) { text += part.text }
    }

    /// A text in single quotes (Kusto, "The string data type").
    private static func quoted(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        0x61...0x7A ~= byte || 0x41...0x5A ~= byte || 0x30...0x39 ~= byte
    }
}
