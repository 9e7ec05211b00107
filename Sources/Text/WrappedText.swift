/// Text whose lines are broken between words, for terminals.
package enum WrappedText {
    /// Returns the lines of `text`, none of them longer than `width` characters unless one word is.
    /// - Parameter width: The most characters of a line; nil for one line.
    package static func lines(_ text: String, width: Int?) -> [String] {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard let width else { return [words.joined(separator: " ")] }
        var lines: [String] = []
        var (line, count) = ("", 0)
        for word in words {
            let length = word.count
            if count > 0, count + 1 + length > width {
                lines.append(line)
                (line, count) = ("", 0)
            }
            line += count > 0 ? " \(word)" : word
            count += count > 0 ? length + 1 : length
        }
        return lines + [line]
    }

    /// Returns a paragraph, with a newline at its end.
    /// - Parameters:
    ///   - indent: How many blanks stand before each line.
    ///   - width: The most characters of a line with its blanks; nil for one line.
    package static func paragraph(_ text: String, indent: Int = 0, width: Int?) -> String {
        let blanks = String(repeating: " ", count: indent)
        return lines(text, width: width.map { max(20, $0 - indent) }).map { "\(blanks)\($0)\n" }.joined()
    }
}
