extension EnvelopeSchema.Kind {
    /// The type's name in a schema.
    var name: String {
        switch self {
        case .boolean: "boolean"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .float: "float"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .array: "array"
        case .map: "map with keys that are strings"
        case .pairs: "map with keys that are not strings"
        case .structure: "struct"
        case .date: "org.apache.kafka.connect.data.Date"
        case .time: "org.apache.kafka.connect.data.Time"
        case .timestamp: "org.apache.kafka.connect.data.Timestamp"
        case .decimal: "org.apache.kafka.connect.data.Decimal"
        }
    }

    /// What a value of the type is in JSON.
    var form: String {
        switch self {
        case .boolean: "true or false"
        case .int8: "a whole number from -128 to 127"
        case .int16: "a whole number from -32768 to 32767"
        case .int32: "a whole number from -2147483648 to 2147483647"
        case .int64: "a whole number from -9223372036854775808 to 9223372036854775807"
        case .float, .double: "a number of its range"
        case .string: "a string"
        case .bytes: "a string of Base64"
        case .array: "an array"
        case .map, .structure: "an object"
        case .pairs: "an array of pairs"
        case .date: "a whole number of days, without a fraction, that an int32 holds"
        case .time: "a whole number of milliseconds from 0 to 86400000, without a fraction"
        case .timestamp: "a whole number of milliseconds, without a fraction, that an int64 holds"
        case .decimal: "a number, or a string of Base64"
        }
    }
}
