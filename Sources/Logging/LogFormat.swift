internal import Glibc

/// How a log entry looks as a line.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a line: `time`, `level`, `logger`, `message`, then the data by its own keys, numbers as numbers.
    case json
    /// `2026-11-23T10:00:00.000Z INFO    sink: batch ingested batch.id=7 batch.rows=120`.
    case text

    /// Returns the format for lines whose reader has not chosen one: text for a person at a terminal, JSON for programs
    /// that collect lines.
    /// - Parameter descriptor: Where the lines go.
    package static func suited(to descriptor: Int32 = STDERR_FILENO) -> LogFormat {
        isatty(descriptor) == 1 ? .text : .json
    }

    /// Returns the line without its newline.
    /// - Parameters:
    ///   - entry: What to write.
    ///   - time: The event's time, already as RFC 3339 text in UTC.
    ///   - isColoured: Whether a line of text says its level in colour and its data dimly, as terminals show it.
    package func line(for entry: LogEntry, time: String, isColoured: Bool = false) -> String {
        switch self {
        case .json: jsonLine(entry, time)
        case .text: textLine(entry, time, isColoured)
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
            case .list(let texts):
                for (index, text) in texts.enumerated() {
                    line += index == 0 ? "[" : ","
                    Self.appendQuoted(text, to: &line)
                }
                line += texts.isEmpty ? "[]" : "]"
            }
        }
        return line + "}"
    }

    private func textLine(_ entry: LogEntry, _ time: String, _ isColoured: Bool) -> String {
        let level = entry.level.rawValue.uppercased()
        let colour = isColoured ? "\u{1B}[\(entry.level.colour)m" : ""
        let dim = isColoured ? "\u{1B}[2m" : ""
        let plain = isColoured ? "\u{1B}[0m" : ""
        var line = "\(dim)\(time)\(plain) \(colour)\(level)\(plain)\(String(repeating: " ", count: 7 - level.count)) "
        line += "\(entry.label): "
        for scalar in entry.message.unicodeScalars { Self.appendEscaped(scalar, to: &line) }
        guard !entry.data.isEmpty else { return line }
        line += dim
        for (key, value) in entry.data.sorted(by: { $0.key < $1.key }) {
            line += " \(key)="
            let text = value.logged.description
            if text.isEmpty || text.unicodeScalars.contains(where: Self.needsQuotes) {
                Self.appendQuoted(text, to: &line)
            } else {
                line += text
            }
        }
        return line + plain
    }

    /// Whether a value with this scalar would be taken for several, or for what a terminal acts on.
    private static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0x20 || scalar == "\"" || scalar == "=" || (0x7F..<0xA0).contains(scalar.value)
    }

    private static func appendQuoted(_ text: String, to line: inout String) {
        line += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            default: appendEscaped(scalar, to: &line)
            }
        }
        line += "\""
    }

    /// Appends a scalar; controls, which could end the line or command a terminal, as JSON escapes them.
    private static func appendEscaped(_ scalar: Unicode.Scalar, to line: inout String) {
        switch scalar {
        case "\n": line += "\\n"
        case "\r": line += "\\r"
        case "\t": line += "\\t"
        case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}":
            let digits = String(scalar.value, radix: 16)
            line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: line.unicodeScalars.append(scalar)
        }
    }
}

extension LogLevel {
    /// The terminal's code of its colour (ECMA-48, select graphic rendition).
    fileprivate var colour: String {
        switch self {
        case .trace, .debug: "2"
        case .info: "32"
        case .warning: "33"
        case .error: "1;31"
        }
    }
}
