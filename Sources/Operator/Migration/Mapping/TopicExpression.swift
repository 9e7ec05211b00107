internal import SinkConfiguration

/// A regular expression of Java's over the names of topics, as a KustoSink takes it.
struct TopicExpression: Hashable {
    /// The expression, which matches the same names.
    let pattern: TopicPattern

    /// Translates what both dialects can say and write differently.
    /// - Throws: `TopicPattern.Refusal` with what cannot be said.
    init(java text: String) throws(TopicPattern.Refusal) {
        var body = text[...]
        // Java matches the whole name by itself.
        if body.hasPrefix("^") { body.removeFirst() }
        if body.hasSuffix("$"), !body.hasSuffix("\\$") { body.removeLast() }
        var result = ""
        var isClass = false
        while let next = body.popFirst() {
            switch next {
            case "[":
                isClass = true
                result.append(next)
            case "]":
                isClass = false
                result.append(next)
            case "(" where !isClass && body.hasPrefix("?:"):
                body.removeFirst(2)
                result.append("(")
            case "\\": result += Self.escaped(body.popFirst(), isClass: isClass)
            default: result.append(next)
            }
        }
        pattern = try TopicPattern(result)
    }

    private static func escaped(_ character: Character?, isClass: Bool) -> String {
        switch character {
        case "d": return isClass ? "0-9" : "[0-9]"
        case "w": return isClass ? "A-Za-z0-9_" : "[A-Za-z0-9_]"
        case "-" where !isClass, "_", "/", "#", "@", "%": return character.map(String.init) ?? ""
        case "." where isClass: return "."
        case let other?: return "\\\(other)"
        case nil: return "\\"
        }
    }
}
