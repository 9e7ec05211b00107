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

    /// Returns the entries in order; the caller sees to it that the last of several with the same name wins.
    /// - Throws: ``Malformed``.
    package static func parse(_ text: String) throws(Malformed) -> [(name: String, value: String)] {
        var entries: [(name: String, value: String)] = []
        for (line, number) in logicalLines(of: Array(text.unicodeScalars)) {
            guard let entry = entry(of: line[...]) else { throw Malformed(line: number) }
            entries.append(entry)
        }
        return entries
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

    /// Returns the lines that hold an entry, joined, with the number of the first natural line of each.
    private static func logicalLines(of text: [Unicode.Scalar]) -> [(line: [Unicode.Scalar], number: Int)] {
        var lines: [(line: [Unicode.Scalar], number: Int)] = []
        var isContinuing = false
        for (index, natural) in naturalLines(of: text).enumerated() {
            let content = natural.drop(while: isBlank)
            if !isContinuing {
                if content.isEmpty || content.first == "#" || content.first == "!" { continue }
                lines.append(([], index + 1))
            }
            isContinuing = content.reversed().prefix { $0 == "\\" }.count % 2 == 1
            // Appended in place, since one line may go on for as long as the file does.
            lines[lines.count - 1].line += isContinuing ? content.dropLast() : content
        }
        return lines.filter { !$0.line.isEmpty }
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

    private static func entry(of line: ArraySlice<Unicode.Scalar>) -> (name: String, value: String)? {
        var end = line.startIndex
        while end < line.endIndex, !isBlank(line[end]), line[end] != "=", line[end] != ":" {
            end += line[end] == "\\" ? 2 : 1
        }
        end = min(end, line.endIndex)
        var value = line[end...].drop(while: isBlank)
        if let first = value.first, first == "=" || first == ":" { value = value.dropFirst().drop(while: isBlank) }
        guard let name = unescape(line[..<end]), let value = unescape(value) else { return nil }
        return (name, value)
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
