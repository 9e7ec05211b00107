/// A file of variables as shells and container tools read it: `NAME=VALUE` a line, with or without `export` and quotes.
enum EnvironmentFile {
    /// Whether a text sets variables of a Connect image in its first line that says anything.
    static func isPresent(in text: String) -> Bool {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
        guard let first = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }) else { return false }
        return withoutExport(first).prefixMatch(of: /CONNECT_[A-Z0-9_]+=/) != nil
    }

    /// Returns the variables in order; lines that are none are passed over.
    ///
    /// Single quotes keep a value as it is, in double quotes a backslash makes the next character itself, and both may
    /// go over several lines. Without quotes a value ends at its line, or at a blank with `#` behind it.
    static func parse(_ text: String) -> [(name: String, value: String)] {
        var rest = text[...]
        var variables: [(name: String, value: String)] = []
        while !rest.isEmpty {
            let line = withoutExport(rest.prefix { !$0.isNewline }.drop(while: \.isWhitespace))
            guard !line.hasPrefix("#"), let mark = line.firstIndex(of: "=") else {
                skipLine(&rest)
                continue
            }
            let name = String(line[..<mark]).filter { !$0.isWhitespace }
            rest = rest[line.index(after: mark)...]
            variables.append((name, value(&rest)))
            skipLine(&rest)
        }
        return variables
    }

    private static func withoutExport(_ line: Substring) -> Substring {
        guard let match = line.prefixMatch(of: /export[ \t]+/) else { return line }
        return line[match.range.upperBound...]
    }

    private static func skipLine(_ rest: inout Substring) {
        rest = rest.drop { !$0.isNewline }
        if !rest.isEmpty { rest.removeFirst() }
    }

    private static func value(_ rest: inout Substring) -> String {
        let plain = rest.prefix { !$0.isNewline }
        let start = plain.drop { $0 == " " || $0 == "\t" }
        if let quote = start.first, quote == "'" || quote == "\"", let quoted = quoted(rest[start.startIndex...], quote)
        {
            rest = rest[quoted.end...]
            return quoted.text
        }
        let end = plain.firstRange(of: " #")?.lowerBound ?? plain.endIndex
        let value = plain[..<end].drop(while: \.isWhitespace)
        return String(value.reversed().drop(while: \.isWhitespace).reversed())
    }

    /// The text between two quotes, and where the second one ends; `nil` when there is no second one.
    private static func quoted(_ text: Substring, _ quote: Character) -> (text: String, end: String.Index)? {
        var rest = text.dropFirst()
        var value = ""
        while let next = rest.popFirst() {
            if next == quote { return (value, rest.startIndex) }
            if next == "\\", quote == "\"", let escaped = rest.popFirst() {
                // Others keep their backslash, as in a shell.
                value += "\"\\$`".contains(escaped) ? "\(escaped)" : "\\\(escaped)"
            } else {
                value.append(next)
            }
        }
        return nil
    }
}
