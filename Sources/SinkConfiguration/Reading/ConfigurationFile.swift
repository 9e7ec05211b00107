internal import JSON
internal import Secrets
internal import Text
internal import YAML

/// Reads a file of properties: Java's format, or a flat map in YAML or JSON, also in a body of Connect's REST API.
enum ConfigurationFile {
    /// What stands beside `config` in the bodies that Connect's REST API takes and returns.
    private static let bodyKeys: Set<String> = ["name", "config", "tasks", "type", "initial_state"]

    /// The longest file that is read, in bytes.
    private static let maximumBytes = 4 << 20

    /// What a file holds.
    struct Content {
        /// The properties in order.
        var properties: [WrittenProperty] = []
        /// What a person should know about the file, one sentence each.
        var warnings: [String] = []
        /// Why nothing is in it, to be read behind its path, or `nil` when something is.
        var emptiness: String?
    }

    /// Returns what a file holds.
    /// - Throws: ``ConfigurationError`` with `unreadable`.
    static func read(_ path: String) throws(ConfigurationError) -> Content {
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.read(path, limit: maximumBytes)
        } catch {
            let remedy = if case .unreadable(let file) = error { "; \(file.remedy)" } else { "" }
            throw failure(path, error.reason(limit: maximumBytes) + remedy)
        }
        var (text, otherLines) = try text(of: bytes, path: path)
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        var content = Content(properties: try properties(in: text, path: path))
        // What a comment says does not matter.
        for line in otherLines where content.properties.contains(where: { $0.origin.spans(line) }) {
            content.warnings.append(
                "\(path):\(line) is not UTF-8 and is read as ISO 8859-1 (Latin-1), as Java reads it; save the file as UTF-8"
            )
        }
        content.warnings += duplicates(in: content.properties, path: path)
        if content.properties.isEmpty {
            content.emptiness =
                text.allSatisfy(\.isWhitespace) ? "is empty" : "sets no property"
        }
        return content
    }

    /// Returns the text, and the lines that are not UTF-8, which only Java's format may have.
    private static func text(of bytes: [UInt8], path: String) throws(ConfigurationError) -> (String, [Int]) {
        let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        let zeros = bytes.prefix(1024).count { $0 == 0 }
        if isWide || (zeros > 4 && zeros * 3 > min(1024, bytes.count)) {
            throw failure(path, "is UTF-16 text; save it as UTF-8")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let (text, lines) = JavaProperties.decode(bytes)
            if zeros == 0, isJava(path) { return (text, lines) }
            let place = zeros == 0 ? ": line \(lines[0]) is not; save it as UTF-8" : ", nor is it any other text"
            throw failure(path, "is not UTF-8 text\(place)")
        }
        return (text, [])
    }

    private static func isJava(_ path: String) -> Bool {
        ["properties", "conf"].contains(path.split(separator: ".").last.map(String.init))
    }

    /// Whether a path is that of an open file of the process, which has no ending.
    private static func isOpenFile(_ path: String) -> Bool {
        path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    }

    /// Returns the properties that `text` holds, in the format that the path's ending names.
    /// - Throws: ``ConfigurationError`` with `unreadable`.
    static func properties(in text: String, path: String) throws(ConfigurationError) -> [WrittenProperty] {
        if let reason = ForeignText.markup(text) { throw failure(path, reason) }
        switch path.split(separator: ".").last {
        case "properties", "conf":
            if let reason = ForeignText.sentence(for: text, at: path) { throw failure(path, reason) }
            return try javaProperties(in: text, path: path)
        case "json": return try jsonProperties(in: text, path: path)
        case "yaml", "yml":
            let documents: [JSONValue]
            do throws(YAMLError) {
                documents = try JSONValue.yamlDocuments(in: text, scalars: .text)
            } catch {
                let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                let hasTab = lines.dropFirst(max(0, error.line - 1)).first?.contains("\t") ?? false
                let advice = hasTab ? "; a tab stands in that line, where YAML takes blanks only" : ""
                throw failure(path, "is not YAML: \(error.message)\(advice)")
            }
            if let reason = documents.lazy.compactMap({ ForeignDocument.sentence(for: $0, at: path) }).first {
                throw failure(path, reason)
            }
            guard documents.count <= 1 else {
                throw failure(path, "holds \(documents.count) documents of YAML; give each a file of its own")
            }
            return try flatten(documents.first ?? .null, MapText(text, path: path, isJSON: false))
        default:
            guard isOpenFile(path) else {
                throw failure(path, "has no known format; name it .properties, .yaml or .json")
            }
            // What comes through a pipe has no name: JSON shows itself, everything else is Java's format.
            return text.drop(while: \.isWhitespace).hasPrefix("{")
                ? try jsonProperties(in: text, path: path) : try javaProperties(in: text, path: path)
        }
    }

    private static func javaProperties(in text: String, path: String) throws(ConfigurationError) -> [WrittenProperty] {
        do throws(JavaProperties.Malformed) {
            return try JavaProperties.parse(text).map { entry in
                var origin = PropertyOrigin(source: path, line: entry.line, isFile: true)
                origin.lines.breaks = entry.breaks
                origin.lines.indent = entry.value.prefix(while: \.isWhitespace).utf8.count
                origin.lines.isContinuable = true
                origin.lines.endsInEscapedBlank = entry.endsInEscapedBlank
                return WrittenProperty(entry.name, entry.value, origin)
            }
        } catch {
            throw failure(path, "line \(error.line): \\u must be followed by four hexadecimal digits")
        }
    }

    private static func jsonProperties(in text: String, path: String) throws(ConfigurationError) -> [WrittenProperty] {
        let value: JSONValue
        do throws(JSONError) {
            // A file without anything in it is told like others of that kind.
            value = text.allSatisfy(\.isWhitespace) ? .null : try JSONValue(parsing: text)
        } catch {
            throw failure(path, "is not JSON: \(error.message)")
        }
        if let reason = ForeignDocument.sentence(for: value, at: path) { throw failure(path, reason) }
        return try flatten(value, MapText(text, path: path, isJSON: true))
    }

    /// Warns about names that a file sets twice to different values, of which nobody sees the first.
    private static func duplicates(in properties: [WrittenProperty], path: String) -> [String] {
        var seen: [String: WrittenProperty] = [:]
        var warnings: [String] = []
        for property in properties {
            let before = seen.updateValue(property, forKey: property.name)
            guard let before, before.value.trimmed != property.value.trimmed, let first = before.origin.line,
                let last = property.origin.line
            else { continue }
            let name = HarmlessText.shown(name: property.name)
            warnings.append("\(name) is set twice in \(path), in lines \(first) and \(last); line \(last) wins")
        }
        return warnings
    }

    private static func flatten(_ value: JSONValue, _ text: MapText) throws(ConfigurationError) -> [WrittenProperty] {
        guard let top = value.objectValue else {
            if value.isNull { return [] }
            throw failure(text.path, "must be a map of property names to values")
        }
        guard let config = top["config"] else { return try entries(of: top, text) }
        guard let inner = config.objectValue, top.keys.allSatisfy(bodyKeys.contains) else {
            throw failure(
                text.path,
                "must be {\"name\": …, \"config\": {…}} or a flat map of property names to values"
            )
        }
        var entries = try entries(of: inner, text)
        if let name = top["name"]?.stringValue {
            if let other = entries.first(where: { $0.name == "name" })?.value, other != name {
                throw failure(
                    text.path,
                    "names the sink \"\(HarmlessText.shown(name))\" outside of config and \"\(HarmlessText.shown(other))\" inside"
                )
            }
            entries.append(WrittenProperty("name", name, text.origin(of: "name")))
        }
        return entries
    }

    private static func entries(of object: JSONObject, _ text: MapText) throws(ConfigurationError) -> [WrittenProperty]
    {
        var entries: [WrittenProperty] = []
        for (name, value) in object {
            let written: String
            switch value {
            case .null: continue
            case .string(let string): written = string
            case .bool, .integer, .double, .number: written = value.text
            case .array(let elements) where elements.contains { $0.objectValue != nil }: written = value.text
            case .array(let elements): written = elements.map { $0.stringValue ?? $0.text }.joined(separator: ",")
            case .object:
                let advice =
                    PropertyTable.all.contains { $0.name.hasPrefix(name + ".") }
                    ? "; write each name in full, such as \(name).NAME" : ""
                throw failure(
                    text.path,
                    "\(HarmlessText.shown(name: name)) must be text, a number, a Boolean or a list, not a map\(advice)"
                )
            }
            entries.append(WrittenProperty(name, written, text.origin(of: name)))
        }
        return entries
    }

    private static func failure(_ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(code: .unreadable, problems: [.init(subject: path, message: "\(path) \(reason)")])
    }
}
