internal import JSON

/// One type of a schema; other types are named by their place in the schema's list.
struct AvroType: Sendable {
    /// A field of a record.
    struct Field: Sendable {
        /// The field's name.
        let name: String
        /// The place of its type.
        let type: Int
        /// Everything that the schema says about it, as it was written.
        let attributes: JSONObject
    }

    /// What the type is made of.
    enum Shape: Sendable {
        case null, boolean, int, long, float, double, bytes, string
        /// The place of the items' type.
        case array(Int)
        /// The place of the values' type.
        case map(Int)
        /// The places of the branches, at least one.
        case union([Int])
        case record([Field])
        /// The symbols.
        case enumeration([String])
        /// How many bytes a value has.
        case fixed(Int)
    }

    /// What the type is made of.
    var shape: Shape
    /// The name of a record, an enum or a fixed; else `nil`.
    var name: AvroName?
    /// What its values stand for.
    var logicalType: AvroLogicalType?
    /// Everything that the schema says about it, as it was written; `nil` for a name alone and for a union.
    var attributes: JSONObject?

    /// The type's kind.
    var kind: AvroKind {
        switch shape {
        case .null: .null
        case .boolean: .boolean
        case .int: .int
        case .long: .long
        case .float: .float
        case .double: .double
        case .bytes: .bytes
        case .string: .string
        case .array: .array
        case .map: .map
        case .union: .union
        case .record: .record
        case .enumeration: .enumeration
        case .fixed: .fixed
        }
    }

    /// The places of the types that a value of this one holds.
    var parts: [Int] {
        switch shape {
        case .array(let part), .map(let part): [part]
        case .union(let branches): branches
        case .record(let fields): fields.map(\.type)
        default: []
        }
    }
}

extension AvroType.Shape {
    /// The shape of a type that is only a name; `nil` for the kinds that need more.
    init?(primitive kind: AvroKind) {
        switch kind {
        case .null: self = .null
        case .boolean: self = .boolean
        case .int: self = .int
        case .long: self = .long
        case .float: self = .float
        case .double: self = .double
        case .bytes: self = .bytes
        case .string: self = .string
        case .array, .map, .union, .record, .enumeration, .fixed: return nil
        }
    }
}
