/// Rows whose cells stand under each other, for terminals.
package enum ColumnText {
    /// Returns the rows; the last cell of each is wrapped within its column.
    /// - Parameters:
    ///   - rows: The cells; all rows have the same number of them.
    ///   - indent: How many blanks stand before each line.
    ///   - longest: The most characters by which a cell makes its column wider; what follows a longer one stands on the
    ///     next line.
    ///   - width: The most characters of a line; nil for lines that are as long as they are.
    package static func text(_ rows: [[String]], indent: Int = 0, longest: Int = 60, width: Int?) -> String {
        let columns = max(0, (rows.map(\.count).max() ?? 0) - 1)
        let widths = (0..<columns).map { column in
            rows.map { $0[column].count }.filter { $0 <= longest }.max() ?? 0
        }
        var text = ""
        for row in rows {
            var lines = [blanks(indent)]
            var start = indent
            for column in 0..<columns {
                lines[lines.count - 1] += row[column]
                start += widths[column] + 2
                if row[column].count > widths[column] {
                    lines.append(blanks(start))
                } else {
                    lines[lines.count - 1] += blanks(start - lines[lines.count - 1].count)
                }
            }
            // Where there is no room for a column of its own, the text goes below.
            if let width, start > max(indent + 4, width - 24) {
                text += lines.filter { $0.contains { $0 != " " } }.map(trimmed).joined()
                text += WrappedText.paragraph(row[columns], indent: indent + 4, width: width)
                continue
            }
            let wrapped = WrappedText.lines(row[columns], width: width.map { $0 - start })
            lines[lines.count - 1] += wrapped[0]
            text += (lines + wrapped.dropFirst().map { blanks(start) + $0 }).map(trimmed).joined()
        }
        return text
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    /// The line without blanks at its end, and with a newline.
    private static func trimmed(_ line: String) -> String {
        var line = line[...]
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}
