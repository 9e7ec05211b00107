internal import Kafka

/// Writes a sample for people.
package struct SampleText: Sendable {
    /// The longest line of a row, in characters; `nil` when rows are not cut.
    private let width: Int?
    private var isBegun = false

    /// Creates a writer.
    /// - Parameter width: How many characters the terminal has in a line; `nil` shows rows whole.
    package init(width: Int?) { self.width = width }

    /// Returns what is printed for an event, with the ends of its lines.
    package mutating func text(of event: SampleEvent) -> String {
        switch event {
        case .topic(let topic):
            let mapping = topic.mapping.map { ", mapping \($0)" } ?? ""
            defer { isBegun = true }
            return (isBegun ? "\n" : "")
                + "topic \(topic.name) → \(topic.database).\(topic.table), format \(topic.format)\(mapping)\n"
        case .record(let record, let topic): return place(of: record) + body(of: record, topic)
        case .note(let note): return "\n\(note)\n"
        case .coverage(let coverage, let topic): return text(of: coverage, topic)
        case .summary(let summary): return text(of: summary)
        }
    }

    private func place(of record: SampledRecord) -> String {
        var parts = ["partition \(record.source.partition) offset \(record.offset)"]
        if let timestamp = record.timestamp { parts.append(SampleTime.text(timestamp)) }
        if let key = record.key { parts.append("key \(Self.keyText(key))") }
        return "\n" + cut(parts.joined(separator: "  ")) + "\n"
    }

    private func body(of record: SampledRecord, _ topic: SampledTopic) -> String {
        switch record.result {
        case .json(let row), .text(let row):
            // A row may be a text of several lines.
            return String(decoding: row, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .map { "  \(cut(Self.visible($0), margin: 2))\n" }.joined()
        case .file(let bytes): return "  a file of \(bytes) bytes in the format \(topic.format)\n"
        case .skipped(let reason): return "  – no row: \(reason)\n"
        case .failed(let failure):
            return "  ✗ the \(failure.side) could not be converted: \(failure.reason)\n    \(failure.consequenceText)\n"
        }
    }

    private func text(of coverage: ColumnCoverage, _ topic: SampledTopic) -> String {
        var text = "\ncolumns of \(topic.database).\(topic.table) (\(coverage.origin))\n"
        let names = min(40, coverage.columns.map(\.name.count).max() ?? 0)
        let paths = min(60, coverage.columns.map(\.path.count).max() ?? 0)
        let all = coverage.rows
        for column in coverage.columns {
            let name = Self.padded(column.name, to: names)
            var remarks: [String] = []
            if column.missing > 0 { remarks.append("missing in \(column.missing) of \(all) rows") }
            if column.null > 0 { remarks.append("null in \(column.null) of \(all) rows") }
            let path = remarks.isEmpty ? column.path : Self.padded(column.path, to: paths)
            let mark = column.missing == all ? "✗" : column.missing > 0 ? "–" : "✓"
            text +=
                "  \(mark) \(name) ← \(path)" + (remarks.isEmpty ? "" : "  \(remarks.joined(separator: ", "))") + "\n"
        }
        for member in coverage.others {
            text += "  – \(Self.visible(member.name[...])): no column takes it (in \(member.rows) of \(all) rows)\n"
        }
        return text
    }

    private func text(of summary: SampleSummary) -> String {
        guard summary.records > 0 else { return "" }
        func count(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
        let parts = [
            count(summary.rows, "makes rows", "make rows"),
            count(summary.errors, "cannot be converted", "cannot be converted"),
            count(summary.skipped, "makes no row", "make no row"),
        ]
        return "\n\(count(summary.records, "record", "records")): \(parts.joined(separator: ", "))\n"
    }

    // MARK: Texts of records

    /// A key as text when it is text, else its bytes.
    private static func keyText(_ key: [UInt8]) -> String {
        if let text = String(validating: key, as: UTF8.self) { return visible(text[...]) }
        return "0x" + key.prefix(64).map(hexadecimal).joined() + (key.count > 64 ? "…" : "")
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// The text with the pictures of control characters in their place: what comes from a topic must not command a terminal.
    private static func visible(_ text: Substring) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09: result.append(scalar)
            case 0x00..<0x20: result.append(picture(scalar.value))
            case 0x7F: result.append("\u{2421}")
            case 0x80..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func picture(_ control: UInt32) -> UnicodeScalar { UnicodeScalar(0x2400 + control) ?? "\u{FFFD}" }

    private func cut(_ line: String, margin: Int = 0) -> String {
        guard let width, line.count > max(20, width - margin) else { return line }
        return line.prefix(max(20, width - margin) - 1) + "…"
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
