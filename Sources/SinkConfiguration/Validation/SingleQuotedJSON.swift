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

    /// Returns the byte of `text` that a byte of its normalized form comes from.
    static func sourceOffset(of offset: Int, in text: String) -> Int {
        var written = 0
        var read = 0
        var quote: Unicode.Scalar?
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if written >= offset { return read }
            let size = String(scalar).utf8.count
            read += size
            guard let open = quote else {
                if scalar == "'" || scalar == "\"" { quote = scalar }
                written += size
                continue
            }
            if isEscaped {
                isEscaped = false
                // The backslash counts only now, since one in front of an apostrophe is left out.
                written += scalar == "'" ? 1 : 1 + size
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == open {
                quote = nil
                written += 1
            } else {
                written += scalar == "\"" ? 2 : size
            }
        }
        return read
    }

    /// Whether a document ends inside a text, an array or an object.
    static func isUnfinished(_ text: String) -> Bool {
        var depth = 0
        var quote: Unicode.Scalar?
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if scalar == "\\" {
                    isEscaped = true
                } else if scalar == open {
                    quote = nil
                }
                continue
            }
            switch scalar {
            case "'", "\"": quote = scalar
            case "[", "{": depth += 1
            case "]", "}": depth -= 1
            default: break
            }
        }
        return quote != nil || depth > 0
    }
}
