internal import JSON
internal import Text

/// Conversion on ingestion: a value that does not fit its column becomes null, or an empty string in a string column.
extension CellValue {
    /// Converts a field of a delimited format.
    init(text: String, as type: ColumnType) {
        switch type {
        case .string:
            self = .string(text)
            return
        case .dynamic:
            self = Self.dynamicValue(text)
            return
        default: break
        }
        let trimmed = text.contains(where: \.isWhitespace) ? text.trimmed : text
        guard !trimmed.isEmpty else {
            self = .null
            return
        }
        self = Self.scalar(trimmed, as: type) ?? .null
    }

    /// Converts a JSON value.
    init(json: JSONValue, as type: ColumnType) {
        switch (type, json) {
        case (.string, .null): self = .string("")
        case (_, .null): self = .null
        case (.dynamic, _): self = .dynamic(json.text)
        case (_, .string(let text)): self = CellValue(text: text, as: type)
        case (.string, _): self = .string(json.text)
        case (.bool, .bool(let value)): self = .bool(value)
        case (.bool, .integer(let value)): self = value == 0 || value == 1 ? .bool(value == 1) : .null
        case (.timespan, .integer(let ticks)): self = .timespan(ticks)
        case (.int, .double(let value)), (.long, .double(let value)):
            self = Int64(exactly: value).flatMap { Self.scalar(String($0), as: type) } ?? .null
        case (.int, .integer), (.long, .integer), (.real, .integer), (.real, .double), (.real, .number),
            (.decimal, .integer), (.decimal, .double), (.decimal, .number):
            self = Self.scalar(json.text, as: type) ?? .null
        default: self = .null
        }
    }

    /// Converts a value as `tolong()` and the like do; what does not convert is null.
    func converted(to type: ColumnType) -> CellValue {
        switch (type, self) {
        case (.int, .real(let value)), (.long, .real(let value)):
            // The fraction is cut off.
            Int64(exactly: value.rounded(.towardZero)).map { CellValue(text: String($0), as: type) } ?? .null
        case (.datetime, .datetime), (.timespan, .timespan), (.dynamic, .dynamic): self
        case (.string, .null): .string("")
        default: CellValue(text: text, as: type)
        }
    }

    private static func scalar(_ text: String, as type: ColumnType) -> CellValue? {
        switch type {
        case .bool: boolean(text).map { .bool($0) }
        case .int: Int32(text).map { .integer(Int64($0)) }
        case .long: Int64(text).map { .integer($0) }
        case .real: double(text).map { .real($0) }
        case .decimal: decimal(text).map { .decimal($0) }
        case .datetime: DateTimeText.parse(text).map { .datetime($0) }
        case .timespan: TimespanText.parse(text).map { .timespan($0) }
        case .guid: guid(text).map { .guid($0) }
        case .string: .string(text)
        case .dynamic: dynamicValue(text)
        }
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    private static func double(_ text: String) -> Double? {
        switch text.lowercased() {
        case "nan": return .nan
        case "infinity", "inf", "+inf", "+infinity": return .infinity
        case "-infinity", "-inf": return -.infinity
        default:
            // Swift also reads hexadecimal numbers, which ADX does not.
            guard !text.utf8.contains(where: { $0 == 0x78 || $0 == 0x58 }) else { return nil }
            return Double(text)
        }
    }

    private static func decimal(_ text: String) -> String? {
        guard let value = double(text), value.isFinite else { return nil }
        guard text.utf8.contains(where: { $0 == 0x65 || $0 == 0x45 }) else {
            return text.hasPrefix("+") ? String(text.dropFirst()) : text
        }
        return "\(value)"
    }

    /// Reads a GUID with or without hyphens and with or without braces.
    private static func guid(_ text: String) -> String? {
        var bytes = Array(text.utf8)
        if let first = bytes.first, first == 0x7B || first == 0x28 {
            guard bytes.last == first + (first == 0x7B ? 2 : 1) else { return nil }
            bytes = Array(bytes.dropFirst().dropLast())
        }
        let hyphens = [8, 13, 18, 23]
        if bytes.count == 36 {
            guard hyphens.allSatisfy({ bytes[$0] == 0x2D }) else { return nil }
            bytes.removeAll { $0 == 0x2D }
        }
        guard bytes.count == 32, bytes.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
        let digits = String(decoding: bytes, as: UTF8.self).lowercased()
        var parts: [Substring] = []
        var rest = Substring(digits)
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    /// Text that is not JSON is kept as a JSON string, as ADX does.
    private static func dynamicValue(_ text: String) -> CellValue {
        guard !text.isEmpty else { return .null }
        let value = (try? JSONValue(parsing: text)) ?? .string(text)
        return value == .null ? .null : .dynamic(value.text)
    }
}
