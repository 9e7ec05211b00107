/// A value of any Avro type.
package enum AvroValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case int(Int32)
    case long(Int64)
    case float(Float)
    case double(Double)
    case bytes([UInt8])
    case string(String)
    case array([AvroValue])
    /// A map's entries in the order of the data, in which a key may stand more than once.
    case map([AvroMember])
    /// A record's fields in the schema's order.
    case record([AvroMember])
    /// An enum's symbol.
    case enumeration(String)
    case fixed([UInt8])
    /// A value with what it stands for.
    indirect case logical(AvroLogicalType, AvroValue)
}

/// A field of a record or an entry of a map.
package struct AvroMember: Sendable, Hashable {
    /// The field's name or the entry's key.
    package let name: String
    /// The value.
    package let value: AvroValue
}
