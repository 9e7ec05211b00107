/// Turns JSON whose strings may stand in single quotes into plain JSON, as Jackson's `ALLOW_SINGLE_QUOTES` reads it.
///
/// Nothing else is allowed that JSON forbids: names need quotes, and the parser that reads the result refuses comments
/// and trailing commas.
package enum SingleQuotedJSON {
    /// Returns the same document with double quotes only.
    package static func normalized(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard let open = quote else {
                if scalar == "'" || scalar == "\"" {
                    quote = scalar
                    output.append("\"")
                } else {
                    output.append(scalar)
                }
                continue
            }
            switch scalar {
            case open:
                quote = nil
                output.append("\"")
            case "\"": output.append(contentsOf: "\\\"".unicodeScalars)
            case "\\":
                let escaped = rest.popFirst()
                // JSON has no escape for an apostrophe, which needs none there.
                if escaped != "'" { output.append("\\") }
                if let escaped { output.append(escaped) }
            default: output.append(scalar)
            }
        }
        return String(output)
    }
}
