internal import FoundationEssentials
internal import JSON

/// What an ingestion mapping does to a value on its way into a column.
enum MappingTransform: String, Sendable, CaseIterable {
    case propertyBagArrayToDictionary, sourceLocation, sourceLineNumber
    case dateTimeFromUnixSeconds, dateTimeFromUnixMilliseconds, dateTimeFromUnixMicroseconds,
        dateTimeFromUnixNanoseconds
    case dropMappedFields, bytesAsBase64, none

    /// Reads a transform's name in any letter case.
    init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            return nil
        }
        self = found
    }

    /// Whether the value comes from the source itself, so that no path or ordinal is needed.
    var needsNoField: Bool { self == .sourceLocation || self == .sourceLineNumber }

    /// How many ticks of 100 ns one unit of a Unix time has, as a fraction.
    private var unixScale: (multiplier: Int64, divisor: Int64)? {
        switch self {
        case .dateTimeFromUnixSeconds: (10_000_000, 1)
        case .dateTimeFromUnixMilliseconds: (10_000, 1)
        case .dateTimeFromUnixMicroseconds: (10, 1)
        case .dateTimeFromUnixNanoseconds: (1, 100)
        default: nil
        }
    }

    /// Applies the transform to a value of the document; the result is still to be converted to the column's type.
    func apply(to value: JSONValue) -> JSONValue {
        if let scale = unixScale { return Self.date(from: value, scale) ?? .null }
        switch self {
        case .propertyBagArrayToDictionary: return Self.dictionary(from: value)
        case .bytesAsBase64: return Self.base64(of: value)
        default: return value
        }
    }

    /// Makes Base64 of an array of numbers from 0 to 255; anything else is no array of bytes, and becomes null.
    private static func base64(of value: JSONValue) -> JSONValue {
        guard let elements = value.arrayValue else { return .null }
        let bytes = elements.compactMap { $0.intValue.flatMap(UInt8.init(exactly:)) }
        return bytes.count == elements.count ? .string(Data(bytes).base64EncodedString()) : .null
    }

    private static func date(from value: JSONValue, _ scale: (multiplier: Int64, divisor: Int64)) -> JSONValue? {
        let ticks: Int64
        if let whole = value.stringValue.flatMap({ Int64($0) }) ?? Self.integer(value) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: scale.multiplier)
            guard !overflow else { return nil }
            ticks = product / scale.divisor
        } else if let number = value.doubleValue ?? value.stringValue.flatMap(Double.init) {
            let product = number * Double(scale.multiplier) / Double(scale.divisor)
            guard let exact = Int64(exactly: product.rounded()) else { return nil }
            ticks = exact
        } else {
            return nil
        }
        let (moment, overflow) = ticks.addingReportingOverflow(DateTimeText.unixEpoch)
        guard !overflow, (0...DateTimeText.maximum).contains(moment) else { return nil }
        return .string(DateTimeText.format(moment))
    }

    private static func integer(_ value: JSONValue) -> Int64? {
        guard case .integer(let number) = value else { return nil }
        return number
    }

    /// Makes `{"a":1}` of `[{"Key":"a","Value":1}]`.
    private static func dictionary(from value: JSONValue) -> JSONValue {
        guard let elements = value.arrayValue else { return value }
        var members = JSONObject()
        for element in elements {
            guard let key = (element["Key"] ?? element["key"])?.stringValue else { return value }
            members[key] = element["Value"] ?? element["value"] ?? .null
        }
        return .object(members)
    }
}
