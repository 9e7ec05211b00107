internal import JSON

/// How scalars without quotes and tag are typed.
package enum YAMLScalars: Sendable {
    /// By the core schema of YAML 1.2: `null`, Booleans, numbers, else text.
    case typed
    /// All are text but null: `0123` and `1e5` stay what was written.
    case text

    /// Returns the value of a scalar without quotes and tag.
    func value(of text: String) -> JSONValue {
        switch self {
        case .typed: Self.coreSchemaValue(of: text)
        case .text: Self.isNull(text) ? .null : .string(text)
        }
    }

    /// Returns what the core schema (YAML 1.2.2, 10.3.2) makes of a plain scalar.
    static func coreSchemaValue(of text: String) -> JSONValue {
        if isNull(text) { return .null }
        switch text {
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        default: return number(text) ?? .string(text)
        }
    }

    private static func isNull(_ text: String) -> Bool { ["", "~", "null", "Null", "NULL"].contains(text) }

    private static func number(_ text: String) -> JSONValue? {
        if text.hasPrefix("0x") { return prefixed(text, radix: 16) }
        if text.hasPrefix("0o") { return prefixed(text, radix: 8) }
        guard let match = text.wholeMatch(of: /(?<sign>[-+]?)(?<whole>[0-9]*)(?<fraction>\.[0-9]*)?(?<exponent>[eE][-+]?[0-9]+)?/)
        else { return nil }
        let fraction = match.output.fraction.map { String($0.dropFirst()) } ?? ""
        guard !match.output.whole.isEmpty || !fraction.isEmpty else { return nil }
        // JSON allows neither a plus sign nor leading zeros nor a bare point.
        let significant = String(match.output.whole.drop { $0 == "0" })
        let json =
            (match.output.sign == "-" ? "-" : "") + (significant.isEmpty ? "0" : significant)
            + (match.output.fraction == nil ? "" : "." + (fraction.isEmpty ? "0" : fraction))
            + (match.output.exponent ?? "")
        return try? JSONValue(parsing: json)
    }

    private static func prefixed(_ text: String, radix: Int) -> JSONValue? {
        let digits = text.dropFirst(2)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        return Int64(digits, radix: radix).map { .integer($0) }
    }
}
