/// The kinds of Avro types.
package enum AvroKind: String, Sendable, Hashable {
    case null, boolean, int, long, float, double, bytes, string, array, map, union, record, fixed
    /// An enum.
    case enumeration = "enum"

    /// The kinds that need nothing but their name.
    static let primitives: [String: AvroKind] = [
        "null": .null, "boolean": .boolean, "int": .int, "long": .long, "float": .float, "double": .double,
        "bytes": .bytes, "string": .string,
    ]
}
