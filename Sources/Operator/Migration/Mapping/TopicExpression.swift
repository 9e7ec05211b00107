internal import SinkConfiguration

/// A regular expression of Java's over the names of topics, as a KustoSink takes it.
struct TopicExpression: Hashable {
    /// The expression, which matches the same names.
    let pattern: TopicPattern

    /// Translates what both dialects can say and write differently.
    /// - Throws: `TopicPattern.Refusal` with what cannot be said.
    init(java text: String) throws(TopicPattern.Refusal) {
        var body = text[...]
        var result = ""
        var depth = 0
        // Java matches the whole name by itself, so the anchors of an alternative of the whole say nothing.
        var isStart = true
        while let next = body.popFirst() {
            let wasStart = isStart
            isStart = next == "|" && depth == 0
            switch next {
            case "^" where wasStart: isStart = true
            case "$" where depth == 0 && (body.isEmpty || body.first == "|"): continue
            case "[": result += Self.bracket(&body)
            case "(":
                depth += 1
                if body.hasPrefix("?:") { body.removeFirst(2) }
                result.append(next)
            case ")":
                depth -= 1
                result.append(next)
            case "\\": result += Self.escaped(body.popFirst(), isClass: false)
            default: result.append(next)
            }
        }
        pattern = try TopicPattern(result)
    }

    /// Translates a class of characters whose opening bracket has been read.
    ///
    /// A hyphen that Java takes for itself, since it is escaped or stands behind a word for several characters, goes to
    /// the end, where it is itself in both dialects.
    private static func bracket(_ body: inout Substring) -> String {
        var result = "["
        var hasHyphen = false
        var isBehindSeveral = false
        while let next = body.popFirst() {
            let isPlain = !isBehindSeveral
            isBehindSeveral = false
            switch next {
            case "]":
                if hasHyphen, !result.hasSuffix("-") { result.append("-") }
                return result + "]"
            case "-" where !isPlain && body.first != "]": hasHyphen = true
            // It would come to stand first, and mean all other characters.
            case "^" where hasHyphen && result == "[": result += "\\^"
            case "\\":
                let escaped = body.popFirst()
                // As the end of a range it would mean another.
                let isInRange = result.hasSuffix("-") && !result.hasSuffix("[-") || body.first == "-"
                if escaped == "-", !isInRange {
                    hasHyphen = true
                } else {
                    result += Self.escaped(escaped, isClass: true)
                    isBehindSeveral = escaped == "d" || escaped == "w"
                }
            default: result.append(next)
            }
        }
        return result
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
