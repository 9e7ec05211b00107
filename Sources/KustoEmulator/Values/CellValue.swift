package import JSON

/// One value of one row.
package enum CellValue: Sendable, Hashable {
    /// No value; strings are empty instead.
    case null
    /// A truth value.
    case bool(Bool)
    /// An `int` or a `long`.
    case integer(Int64)
    /// A double.
    case real(Double)
    /// A decimal number as its digits.
    case decimal(String)
    /// Ticks of 100 ns since 0001-01-01 UTC.
    case datetime(Int64)
    /// Ticks of 100 ns.
    case timespan(Int64)
    /// A GUID in lower case with hyphens.
    case guid(String)
    /// Text.
    case string(String)
    /// Compact JSON text.
    case dynamic(String)

    /// Whether this is the null value.
    var isNull: Bool { self == .null }

    /// The value as query results write it.
    package var json: JSONValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .real(let value): Self.json(of: value)
        case .decimal(let digits): .string(digits)
        case .datetime(let ticks): .string(DateTimeText.format(ticks))
        case .timespan(let ticks): .string(TimespanText.format(ticks))
        case .guid(let text), .string(let text): .string(text)
        case .dynamic(let text): Self.json(ofDynamic: text)
        }
    }

    /// The value as `tostring()` writes it.
    package var text: String {
        switch self {
        case .null: ""
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .real(let value): Self.text(of: value)
        case .decimal(let text), .guid(let text), .string(let text): text
        case .datetime(let ticks): DateTimeText.format(ticks)
        case .timespan(let ticks): TimespanText.format(ticks)
        case .dynamic(let text): (try? JSONValue(parsing: text))?.stringValue ?? text
        }
    }

    private static func json(of value: Double) -> JSONValue {
        value.isFinite ? .double(value) : .string(text(of: value))
    }

    private static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return "\(value)"
    }

    /// Objects and arrays go out nested; a lone JSON string stays quoted, so that a reader that parses strings gets it.
    private static func json(ofDynamic text: String) -> JSONValue {
        guard let value = try? JSONValue(parsing: text), value.stringValue == nil else { return .string(text) }
        return value
    }
}
