internal import Avro
internal import JSON

/// A record of an Avro file as the JSON document that mappings take values out of.
///
/// Bytes become arrays of numbers, which the transform `BytesAsBase64` is for. `apacheavro` knows logical types: moments
/// and times of the day become their texts, decimals exact numbers, UUIDs text. The older reader of `avro` knows none,
/// so their values are plain numbers and bytes. (Microsoft, "Data formats supported by Azure Data Explorer for
/// ingestion"; that durations stay bytes is not documented.)
struct AvroDocument {
    /// Whether logical types mean something.
    let hasLogicalTypes: Bool

    /// The document of a value.
    func json(_ value: AvroValue) -> JSONValue {
        switch value {
        case .null: .null
        case .boolean(let value): .bool(value)
        case .int(let value): .integer(Int64(value))
        case .long(let value): .integer(value)
        case .float(let value): Self.number(Double(value))
        case .double(let value): Self.number(value)
        case .bytes(let bytes), .fixed(let bytes): .array(bytes.map { .integer(Int64($0)) })
        case .string(let text), .enumeration(let text): .string(text)
        case .array(let items): .array(items.map(json))
        case .map(let members), .record(let members): .object(JSONObject(members.map { ($0.name, json($0.value)) }))
        case .logical(let type, let value): hasLogicalTypes ? meaning(of: value, type) : json(value)
        }
    }

    private static func number(_ value: Double) -> JSONValue {
        value.isFinite ? .double(value) : .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }

    private func meaning(of value: AvroValue, _ type: AvroLogicalType) -> JSONValue {
        switch (type, value) {
        case (.decimal(let scale), .bytes(let bytes)), (.decimal(let scale), .fixed(let bytes)):
            Self.decimal(bytes, scale: scale) ?? .null
        case (.date, .int(let days)): Self.moment(Int64(days), unit: DateTimeText.ticksPerDay)
        case (.timeMillis, .int(let value)): .string(TimespanText.format(Int64(value) * 10_000))
        case (.timeMicros, .long(let value)):
            value.magnitude < 1 << 59 ? .string(TimespanText.format(value * 10)) : .null
        case (.timestamp(let digits), .long(let value)), (.localTimestamp(let digits), .long(let value)):
            digits == 9
                // Ticks are tenths of a millionth of a second; what is finer is cut off, also before 1970.
                ? Self.moment(value / 100 - (value % 100 < 0 ? 1 : 0), unit: 1)
                : Self.moment(value, unit: digits == 3 ? 10_000 : 10)
        case (.uuid, .fixed(let bytes)): .string(Self.uuid(bytes))
        default: json(value)
        }
    }

    private static func moment(_ value: Int64, unit: Int64) -> JSONValue {
        let (ticks, overflows) = value.multipliedReportingOverflow(by: unit)
        let (moment, carries) = ticks.addingReportingOverflow(DateTimeText.unixEpoch)
        guard !overflows, !carries, (0...DateTimeText.maximum).contains(moment) else { return .null }
        return .string(DateTimeText.format(moment))
    }

    private static func decimal(_ unscaled: [UInt8], scale: Int) -> JSONValue? {
        // A byte is 2.41 digits.
        var text = [UInt8](repeating: 0, count: unscaled.count * 5 / 2 + Int(scale.magnitude) + 16)
        let count: Int? = unsafe text.withUnsafeMutableBytes { memory in
            var output = unsafe JSONOutput(memory)
            let isWritten = unsafe unscaled.withUnsafeBytes { unsafe output.decimal(unscaled: $0, scale: scale) }
            return isWritten && !output.hasOverflowed ? output.count : nil
        }
        return count.map { .number(String(decoding: text[..<$0], as: UTF8.self)) }
    }

    private static func uuid(_ bytes: [UInt8]) -> String {
        let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 0xF, radix: 16) }
        let lengths = [4, 2, 2, 2, 6]
        var (parts, start): ([String], Int) = ([], 0)
        for length in lengths {
            parts.append(digits[start..<min(start + length, digits.count)].joined())
            start = min(start + length, digits.count)
        }
        return parts.joined(separator: "-")
    }
}
