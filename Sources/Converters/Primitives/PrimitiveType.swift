package import JSON

/// A value of one of Kafka's primitive types, as the converters named after them read it.
///
/// The value is big endian and has exactly the length of its type (`org.apache.kafka.common.serialization`). Text of it
/// is a number or Boolean of JSON, except for NaN and the infinities, which are their names without quotes. Azure's
/// connector stops at such values; here they are rows of a format that takes text.
package enum PrimitiveType: String, Sendable, Hashable, CaseIterable {
    case short = "Short"
    case integer = "Integer"
    case long = "Long"
    case float = "Float"
    case double = "Double"
    case boolean = "Boolean"

    /// The longest text of any value, in bytes.
    package static let longestText = 32

    /// The type that a converter reads, or `nil` when that is no primitive one.
    package init?(_ converter: ConverterKind) {
        guard let type = Self.allCases.first(where: { converter.description == "\($0.rawValue)Converter" }) else {
            return nil
        }
        self = type
    }

    /// How many bytes a value takes.
    package var size: Int {
        switch self {
        case .short: 2
        case .integer, .float: 4
        case .long, .double: 8
        case .boolean: 1
        }
    }

    /// Writes a value as text.
    /// - Returns: Why the bytes are no value of the type; `nil` when they are and the text was written.
    package func write(_ value: UnsafeRawBufferPointer, to output: inout JSONOutput) -> ConverterError? {
        guard value.count == size else {
            return ConverterError(
                .invalidRecord,
                "the value has \(value.count) bytes, but \(rawValue)Converter reads values of \(size); correct the "
                    + "producer, or name the converter that the messages were written for"
            )
        }
        switch self {
        case .short: output.integer(Int64(Int16(bigEndian: unsafe value.loadUnaligned(as: Int16.self))))
        case .integer: output.integer(Int64(Int32(bigEndian: unsafe value.loadUnaligned(as: Int32.self))))
        case .long: output.integer(Int64(bigEndian: unsafe value.loadUnaligned(as: Int64.self)))
        case .float:
            let number = Float(bitPattern: UInt32(bigEndian: unsafe value.loadUnaligned(as: UInt32.self)))
            if number.isFinite { output.float(number) } else { Self.write(nonFinite: Double(number), to: &output) }
        case .double:
            let number = Double(bitPattern: UInt64(bigEndian: unsafe value.loadUnaligned(as: UInt64.self)))
            if number.isFinite { output.double(number) } else { Self.write(nonFinite: number, to: &output) }
        case .boolean:
            switch unsafe value[0] {
            case 0: output.text("false")
            case 1: output.text("true")
            default:
                return ConverterError(
                    .invalidRecord,
                    "the value's byte is neither 0 nor 1, which are what BooleanConverter reads; correct the producer, "
                        + "or name the converter that the messages were written for"
                )
            }
        }
        return nil
    }

    private static func write(nonFinite number: Double, to output: inout JSONOutput) {
        output.text(number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity")
    }
}
