internal import JSON

/// Writes types as one schema that needs no other: each named type is defined where it is used first.
struct AvroSchemaWriter {
    private let types: [AvroType]
    private var defined: Set<Int> = []

    /// Creates a writer for types of a parser.
    init(_ types: [AvroType]) { self.types = types }

    /// Returns the JSON of a type with all that was said about it.
    /// - Throws: ``AvroError`` when definitions nest deeper than ``AvroSchema/maximumDepth`` by being put into each other.
    mutating func json(
        _ index: Int,
        in namespace: String? = nil,
        depth: Int = 0
    ) throws(AvroError) -> JSONValue {
        guard depth <= AvroSchema.maximumDepth else {
            throw AvroError(
                .tooDeep,
                "the Avro schema with its references nests more than \(AvroSchema.maximumDepth) types"
            )
        }
        let type = types[index]
        if let name = type.name {
            guard defined.insert(index).inserted else { return .string(name.full) }
            return try definition(type, name, in: namespace, depth)
        }
        guard var attributes = type.attributes else {
            guard case .union(let branches) = type.shape else { return .string(type.kind.rawValue) }
            var list: [JSONValue] = []
            for branch in branches { list.append(try json(branch, in: namespace, depth: depth + 1)) }
            return .array(list)
        }
        switch type.shape {
        case .array(let items): attributes["items"] = try json(items, in: namespace, depth: depth + 1)
        case .map(let values): attributes["values"] = try json(values, in: namespace, depth: depth + 1)
        default: break
        }
        return .object(attributes)
    }

    private mutating func definition(
        _ type: AvroType,
        _ name: AvroName,
        in namespace: String?,
        _ depth: Int
    ) throws(AvroError) -> JSONValue {
        var attributes = type.attributes ?? [:]
        attributes["name"] = .string(name.short)
        // Where the definition stands now, a name without a namespace may mean something else.
        attributes["namespace"] = name.namespace == namespace ? nil : .string(name.namespace ?? "")
        if case .record(let fields) = type.shape {
            var list: [JSONValue] = []
            for field in fields {
                var attributes = field.attributes
                attributes["type"] = try json(field.type, in: name.namespace, depth: depth + 1)
                list.append(.object(attributes))
            }
            attributes["fields"] = .array(list)
        }
        return .object(attributes)
    }
}
