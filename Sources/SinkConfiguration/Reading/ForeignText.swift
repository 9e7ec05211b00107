internal import JSON
internal import YAML

/// What people name `.properties` that is none.
enum ForeignText {
    /// Says what a text is, and what to do, to be read behind the file's path; `nil` when it may be properties.
    static func sentence(for text: String, at path: String) -> String? {
        if let reason = markup(text) { return reason }
        let content = text.drop(while: \.isWhitespace)
        if content.hasPrefix("{") || content.hasPrefix("[") { return json(text, at: path) }
        return yaml(text, at: path)
    }

    /// Says what a text is that no reader of properties, YAML or JSON takes.
    static func markup(_ text: String) -> String? {
        let content = text.drop(while: \.isWhitespace)
        let start = content.prefix(20).lowercased()
        if start.hasPrefix("<!doctype") || start.hasPrefix("<html") {
            return "is a page of HTML; a proxy or a login page may have answered in place of Kafka Connect"
        }
        if start.hasPrefix("<?xml") { return "is XML; write properties, YAML or JSON" }
        if content.hasPrefix("-----BEGIN ") { return "holds a key or a certificate, not the properties of a sink" }
        return nil
    }

    /// The last part of the path with another ending.
    static func name(_ path: String, ending: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return (name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name) + ending
    }

    private static func json(_ text: String, at path: String) -> String? {
        do throws(JSONError) {
            let value = try JSONValue(parsing: text)
            return ForeignDocument.sentence(for: value, at: path)
                ?? "holds JSON; name it \(name(path, ending: ".json"))"
        } catch {
            // A line such as [section] begins other files.
            guard text.drop(while: \.isWhitespace).hasPrefix("{") else { return nil }
            return """
                begins with {, as JSON does; name it \(name(path, ending: ".json")), and correct it: \(error.message)
                """
        }
    }

    /// Java's format has colons, too, so only what it would misread counts.
    private static func yaml(_ text: String, at path: String) -> String? {
        let isNested =
            text.firstMatch(of: /(?m)^---[ \t]*\r?$/) != nil
            || text.firstMatch(of: /(?m)^[^\s#!=:\\]+:[ \t]*\r?\n(?:[ \t]+[^\s#!=:\\]+:|[ \t]*- )/) != nil
        let isQuoted =
            text.firstMatch(of: /(?m)^[^\s#!=:]+:[ \t]+(?:"[^"]*"|'[^']*'|[|>][-+]?)[ \t]*\r?$/) != nil
            && text.firstMatch(of: /(?m)^[^\s#!=:]+[ \t]*=/) == nil
        guard isNested || isQuoted, let documents = try? JSONValue.yamlDocuments(in: text, scalars: .text),
            !documents.isEmpty, documents.allSatisfy({ $0.objectValue != nil || $0.arrayValue != nil })
        else { return nil }
        return documents.lazy.compactMap { ForeignDocument.sentence(for: $0, at: path) }.first
            ?? "holds YAML; name it \(name(path, ending: ".yaml"))"
    }
}
