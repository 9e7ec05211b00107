/// Reads and writes the format of Java's `Properties.load`, in UTF-8.
///
/// A natural line whose last backslash is not itself escaped goes on with the next one, less its leading blanks. The
/// name ends at the first `=`, `:` or blank that is not escaped.
package enum JavaProperties {
    /// A `\u` that four hexadecimal digits do not follow.
    package struct Malformed: Error {
        /// The line on which the entry starts, from 1.
        package let line: Int
    }

    /// One entry, and where it stands.
    package struct Entry: Sendable, Equatable {
        /// The name.
        package let name: String
        /// The value, with blanks at its end.
        package let value: String
        /// The line on which the entry starts, from 1.
        package let line: Int
        /// The last line that belongs to it.
        package let lastLine: Int
        /// The bytes of ``value`` in front of each line after the first.
        package let breaks: [Int]
        /// Whether the last line ends in a backslash and blanks, which do not continue it.
        package let endsInEscapedBlank: Bool

        /// The line on which a byte of the value stands.
        package func line(ofByte offset: Int) -> Int { min(lastLine, line + breaks.count { $0 <= offset }) }
    }

    /// Returns the entries in order; the caller sees to it that the last of several with the same name wins.
    /// - Throws: ``Malformed``.
    package static func parse(_ text: String) throws(Malformed) -> [Entry] {
        var entries: [Entry] = []
        for line in logicalLines(of: Array(text.unicodeScalars)) {
            guard let entry = entry(of: line) else { throw Malformed(line: line.number) }
            entries.append(entry)
        }
        return entries
    }

    /// Returns the text of a file of properties.
    ///
    /// Java reads such files as ISO 8859-1. People write UTF-8, so a line that is valid UTF-8 is taken as that, and any
    /// other as Java takes it.
    /// - Returns: The text, and the lines, from 1, that are not UTF-8.
    package static func decode(_ bytes: [UInt8]) -> (text: String, otherLines: [Int]) {
        if let text = String(validating: bytes, as: UTF8.self) { return (text, []) }
        var text = String.UnicodeScalarView()
        var otherLines: [Int] = []
        var number = 1
        var start = 0
        func take(_ end: Int) {
            if let line = String(validating: bytes[start..<end], as: UTF8.self) {
                text.append(contentsOf: line.unicodeScalars)
            } else {
                text.append(contentsOf: bytes[start..<end].lazy.map { Unicode.Scalar($0) })
                otherLines.append(number)
            }
        }
        for (index, byte) in bytes.enumerated() where byte == 0x0A || byte == 0x0D {
            take(index + 1)
            start = index + 1
            // The two characters of one line's end.
            if !(byte == 0x0D && start < bytes.count && bytes[start] == 0x0A) { number += 1 }
        }
        take(bytes.count)
        return (String(text), otherLines)
    }

    /// Returns the line of one entry, without its end.
    package static func line(_ name: String, _ value: String) -> String {
        "\(escape(name, isName: true))=\(escape(value, isName: false))"
    }

    /// Returns what ``parse(_:)`` reads as `text`, on one line.
    private static func escape(_ text: String, isName: Bool) -> String {
        var escaped = String.UnicodeScalarView()
        for (index, scalar) in text.unicodeScalars.enumerated() {
            switch scalar {
            case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
            case "\r": escaped.append(contentsOf: "\\r".unicodeScalars)
            case "\t": escaped.append(contentsOf: "\\t".unicodeScalars)
            case "\u{C}": escaped.append(contentsOf: "\\f".unicodeScalars)
            case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
            // Blanks before a value are no part of it, and a name ends at the first of these.
            case " " where isName || index == 0, "=" where isName, ":" where isName, "#" where isName && index == 0,
                "!" where isName && index == 0:
                escaped.append(contentsOf: ["\\", scalar])
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\u{C}"
    }

    private static func isNewline(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

    /// Natural lines that go on in each other, joined.
    private struct LogicalLine {
        var text: [Unicode.Scalar] = []
        /// The number of the first natural line.
        let number: Int
        /// Where in the text each natural line after the first begins.
        var breaks: [Int] = []
        var endsInEscapedBlank = false
    }

    /// Returns the lines that hold an entry.
    private static func logicalLines(of text: [Unicode.Scalar]) -> [LogicalLine] {
        var lines: [LogicalLine] = []
        var isContinuing = false
        for (index, natural) in naturalLines(of: text).enumerated() {
            let content = natural.drop(while: isBlank)
            if isContinuing {
                lines[lines.count - 1].breaks.append(lines[lines.count - 1].text.count)
            } else {
                if content.isEmpty || content.first == "#" || content.first == "!" { continue }
                lines.append(LogicalLine(number: index + 1))
            }
            isContinuing = endsInBackslash(content)
            // Appended in place, since one line may go on for as long as the file does.
            lines[lines.count - 1].text += isContinuing ? content.dropLast() : content
            lines[lines.count - 1].endsInEscapedBlank =
                content.last.map(isBlank) ?? false
                && endsInBackslash(content.dropLast(content.reversed().prefix(while: isBlank).count))
        }
        return lines.filter { !$0.text.isEmpty }
    }

    /// Whether the last backslash is there and not itself escaped.
    private static func endsInBackslash(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        text.reversed().prefix { $0 == "\\" }.count % 2 == 1
    }

    private static func naturalLines(of text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        var lines: [ArraySlice<Unicode.Scalar>] = []
        var start = 0
        var position = 0
        while position < text.count {
            guard isNewline(text[position]) else {
                position += 1
                continue
            }
            lines.append(text[start..<position])
            position += text[position] == "\r" && position + 1 < text.count && text[position + 1] == "\n" ? 2 : 1
            start = position
        }
        lines.append(text[start...])
        return lines
    }

    private static func entry(of logical: LogicalLine) -> Entry? {
        let line = logical.text[...]
        var end = line.startIndex
        while end < line.endIndex, !isBlank(line[end]), line[end] != "=", line[end] != ":" {
            end += line[end] == "\\" ? 2 : 1
        }
        end = min(end, line.endIndex)
        var value = line[end...].drop(while: isBlank)
        if let first = value.first, first == "=" || first == ":" { value = value.dropFirst().drop(while: isBlank) }
        guard let name = unescape(line[..<end]), let text = unescape(value) else { return nil }
        return Entry(
            name: name,
            value: text,
            line: logical.number,
            lastLine: logical.number + logical.breaks.count,
            breaks: offsets(of: logical.breaks, in: value),
            endsInEscapedBlank: logical.endsInEscapedBlank
        )
    }

    /// Returns how many bytes of a value stand in front of places in its text.
    private static func offsets(of places: [Int], in value: ArraySlice<Unicode.Scalar>) -> [Int] {
        var start = value.startIndex
        var bytes = 0
        return places.map { place in
            // A line's end escapes nothing, so that the parts can be read one by one.
            if place > start {
                bytes += unescape(value[start..<min(place, value.endIndex)])?.utf8.count ?? 0
                start = place
            }
            return bytes
        }
    }

    private static func unescape(_ text: ArraySlice<Unicode.Scalar>) -> String? {
        // Escapes are UTF-16 code units, two of which may make one character.
        var units: [UInt16] = []
        var rest = text
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let escaped = rest.popFirst() else {
                if scalar != "\\" { units.append(contentsOf: Character(scalar).utf16) }
                continue
            }
            switch escaped {
            case "t": units.append(0x09)
            case "n": units.append(0x0A)
            case "f": units.append(0x0C)
            case "r": units.append(0x0D)
            case "u":
                let digits = String(String.UnicodeScalarView(rest.prefix(4)))
                guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16)
                else {
                    return nil
                }
                units.append(unit)
                rest = rest.dropFirst(4)
            default: units.append(contentsOf: Character(escaped).utf16)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
