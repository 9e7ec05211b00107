/// How a log entry looks as a line.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line: `time`, `level`, `logger`, `message`, then the data by its own keys, numbers as numbers.
    case json
    /// `2026-11-23T10:00:00.000Z INFO  sink: batch ingested batch.id=7 batch.rows=120`.
    case text

    /// Returns the line without its newline.
    /// - Parameters:
    ///   - entry: What to write.
    ///   - time: The event's time, already as RFC 3339 text in UTC.
    package func line(for entry: LogEntry, time: String) -> String {
        switch self {
        case .json: jsonLine(entry, time)
        case .text: textLine(entry, time)
        }
    }

    private func jsonLine(_ entry: LogEntry, _ time: String) -> String {
        var line = "{\"time\":\"\(time)\",\"level\":\"\(entry.level.rawValue)\",\"logger\":"
        Self.appendQuoted(entry.label, to: &line)
        line += ",\"message\":"
        Self.appendQuoted(entry.message, to: &line)
        for (key, value) in entry.data.sorted(by: { $0.key < $1.key }) {
            line += ","
            Self.appendQuoted(key, to: &line)
            line += ":"
            switch value.logged {
            case .text(let text): Self.appendQuoted(text, to: &line)
            case .bare(let text): line += text
            }
        }
        return line + "}"
    }

    private func textLine(_ entry: LogEntry, _ time: String) -> String {
        let level = entry.level.rawValue.uppercased()
        var line = "\(time) \(level)\(String(repeating: " ", count: 7 - level.count)) \(entry.label): "
        line += entry.message.replacing("\n", with: "\\n")
        for (key, value) in entry.metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(key)="
            if value.isEmpty || value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x3D || $0 == 0x7F }) {
                Self.appendQuoted(value, to: &line)
            } else {
                line += value
            }
        }
        return line
    }

    private static func appendQuoted(_ text: String, to line: inout String) {
        line += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: line.unicodeScalars.append(scalar)
            }
        }
        line += "\""
    }
}
