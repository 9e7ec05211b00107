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

    /// Returns the properties of a file in order.
    /// - Throws: ``ConfigurationError`` with `unreadable`.
    static func read(_ path: String) throws(ConfigurationError) -> [(name: String, value: String)] {
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.read(path, limit: maximumBytes)
        } catch {
            switch error {
            case .unreadable, .outside: throw failure(path, "cannot be read; check the path and its permissions")
            case .tooLarge: throw failure(path, "is larger than \(maximumBytes) bytes")
            }
        }
        guard var text = String(validating: bytes, as: UTF8.self) else { throw failure(path, "is not UTF-8 text") }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        return try properties(in: text, path: path)
    }

    /// Returns the properties that `text` holds, in the format that the path's ending names.
    /// - Throws: ``ConfigurationError`` with `unreadable`.
    static func properties(
        in text: String,
        path: String
    ) throws(ConfigurationError) -> [(name: String, value: String)] {
        switch path.split(separator: ".").last {
        case "properties", "conf":
            do throws(JavaProperties.Malformed) {
                return try JavaProperties.parse(text)
            } catch {
                throw failure(path, "line \(error.line): \\u must be followed by four hexadecimal digits")
            }
        case "json":
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONValue(parsing: text)
            } catch {
                throw failure(path, "is not JSON: \(error.message)")
            }
            return try flatten(value, path: path)
        case "yaml", "yml":
            let value: JSONValue
            do throws(YAMLError) {
                value = try JSONValue(parsingYAML: text, scalars: .text)
            } catch {
                throw failure(path, "is not YAML: \(error.message)")
            }
            return try flatten(value, path: path)
        default: throw failure(path, "has no known format; name it .properties, .yaml or .json")
        }
    }

    private static func flatten(
        _ value: JSONValue,
        path: String
    ) throws(ConfigurationError) -> [(name: String, value: String)] {
        guard let top = value.objectValue else {
            if value.isNull { return [] }
            throw failure(path, "must be a map of property names to values")
        }
        guard let config = top["config"] else { return try entries(of: top, path: path) }
        guard let inner = config.objectValue, top.keys.allSatisfy(bodyKeys.contains) else {
            throw failure(path, "must be {\"name\": …, \"config\": {…}} or a flat map of property names to values")
        }
        var entries = try entries(of: inner, path: path)
        if let name = top["name"]?.stringValue {
            if let other = entries.first(where: { $0.name == "name" })?.value, other != name {
                throw failure(
                    path,
                    "names the sink \"\(HarmlessText.shown(name))\" outside of config and \"\(HarmlessText.shown(other))\" inside"
                )
            }
            entries.append(("name", name))
        }
        return entries
    }

    private static func entries(
        of object: JSONObject,
        path: String
    ) throws(ConfigurationError) -> [(name: String, value: String)] {
        var entries: [(name: String, value: String)] = []
        for (name, value) in object {
            switch value {
            case .null: continue
            case .string(let text): entries.append((name, text))
            case .bool, .integer, .double, .number: entries.append((name, value.text))
            case .array(let elements) where elements.contains { $0.objectValue != nil }:
                entries.append((name, value.text))
            case .array(let elements):
                entries.append((name, elements.map { $0.stringValue ?? $0.text }.joined(separator: ",")))
            case .object:
                throw failure(
                    path,
                    "\(HarmlessText.shown(name: name)) must be text, a number, a Boolean or a list, not a map"
                )
            }
        }
        return entries
    }

    private static func failure(_ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(code: .unreadable, problems: [.init(subject: path, message: "\(path) \(reason)")])
    }
}
