internal import JSON

/// Writes YAML in which what is short stands on one line: in a deep schema, half of the usual form is indentation.
enum CompactYAML {
    /// The longest text that is put on one line, without its indentation.
    private static let longest = 200

    /// Returns a value as one document, whose lines end each with a newline.
    static func text(of value: JSONValue) -> String {
        var lines: [String] = []
        write(value, after: "", indentation: 0, to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    /// - Parameter start: What stands on the line already, such as a key; empty where the value begins a line.
    private static func write(_ value: JSONValue, after start: String, indentation: Int, to lines: inout [String]) {
        let margin = String(repeating: " ", count: indentation)
        switch value {
        case .object(let members) where !members.isEmpty && (start.isEmpty || !fitsOnOneLine(value)):
            if !start.isEmpty { lines.append(start) }
            for (name, member) in members {
                write(member, after: "\(margin)\(key(name)):", indentation: indentation + 2, to: &lines)
            }
        case .array(let elements) where !elements.isEmpty && !fitsOnOneLine(value):
            lines.append(start)
            for element in elements {
                let first = lines.count
                write(element, after: "", indentation: indentation + 2, to: &lines)
                // The element's first line carries the mark of the list, where its margin is.
                lines[first] = margin + "- " + lines[first].dropFirst(indentation + 2)
            }
        default: lines.append(start.isEmpty ? margin + onOneLine(value) : "\(start) \(onOneLine(value))")
        }
    }

    private static func fitsOnOneLine(_ value: JSONValue) -> Bool {
        // A deep value would be written once for each of its levels, so most are told by their size.
        var room = longest
        return leaves(of: value, fitIn: &room) && onOneLine(value).utf8.count <= longest
    }

    private static func leaves(of value: JSONValue, fitIn room: inout Int) -> Bool {
        switch value {
        case .object(let members):
            for (name, member) in members {
                room -= name.utf8.count
                guard room >= 0, leaves(of: member, fitIn: &room) else { return false }
            }
        case .array(let elements):
            for element in elements { guard leaves(of: element, fitIn: &room) else { return false } }
        case .string(let text): room -= text.utf8.count
        default: room -= 1
        }
        return room >= 0
    }

    private static func onOneLine(_ value: JSONValue) -> String {
        switch value {
        case .object(let members):
            "{" + members.map { "\(key($0.key)): \(onOneLine($0.value))" }.joined(separator: ", ") + "}"
        case .array(let elements): "[" + elements.map(onOneLine).joined(separator: ", ") + "]"
        case .string(let text) where isPlain(text): text
        default: value.text
        }
    }

    private static func key(_ name: String) -> String { isPlain(name) ? name : JSONValue.string(name).text }

    /// Whether a text is a word that no reader of YAML takes for something else.
    private static func isPlain(_ text: String) -> Bool {
        let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
        guard text.utf8.count > 1, !words.contains(text.lowercased()) else { return false }
        let letters = text.utf8.allSatisfy {
            ("a"..."z").contains(UnicodeScalar($0)) || ("A"..."Z").contains(UnicodeScalar($0))
                || $0 == UInt8(ascii: "-")
        }
        return letters && !text.hasPrefix("-") && !text.hasSuffix("-")
    }
}
