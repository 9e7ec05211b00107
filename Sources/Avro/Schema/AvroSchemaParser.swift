internal import JSON

/// Builds the list of types from the JSON of schemas; a later schema may use the names of an earlier one.
///
/// Checks what the meaning of data depends on. What only a producer must obey (which characters names have, whether
/// defaults suit their fields) is let pass, because the records exist already.
struct AvroSchemaParser {
    /// Where in a schema the parser is.
    struct Place {
        /// The namespace of names without a dot.
        var namespace: String?
        /// The way from the schema's root in words.
        var path = ""
        /// How many types are around this one.
        var depth = 0

        /// The place one type further in.
        func inside(_ step: String) -> Place {
            Place(namespace: namespace, path: path.isEmpty ? step : "\(path), \(step)", depth: depth + 1)
        }
    }

    /// All types so far.
    private(set) var types: [AvroType] = []
    private var places: [AvroName: Int] = [:]

    /// Reads one schema.
    /// - Returns: The place of its type.
    /// - Throws: ``AvroError`` that says where in the schema what is wrong.
    mutating func parse(text: String) throws(AvroError) -> Int {
        let json: JSONValue
        do { json = try JSONValue(parsing: text) } catch {
            throw AvroError(.invalidSchema, "the Avro schema is not JSON: \(error.message)")
        }
        return try parse(json, at: Place())
    }

    private mutating func parse(_ json: JSONValue, at place: Place) throws(AvroError) -> Int {
        guard place.depth <= AvroSchema.maximumDepth else {
            throw AvroError(
                .tooDeep,
                "the Avro schema nests more than \(AvroSchema.maximumDepth) types, at \(place.path.suffix(200))"
            )
        }
        switch json {
        case .string(let name): return try named(name, at: place)
        case .array(let branches): return try union(branches, at: place)
        case .object(let attributes): return try annotated(attributes, at: place)
        default: throw fault("a type is a name, an object or a list of types, not \(json.text.prefix(40))", place)
        }
    }

    private mutating func named(_ text: String, at place: Place) throws(AvroError) -> Int {
        if let kind = AvroKind.primitives[text], let shape = AvroType.Shape(primitive: kind) {
            return append(AvroType(shape: shape))
        }
        guard let name = AvroName(text, in: place.namespace) else {
            throw fault("\"\(text)\" is no type's name", place)
        }
        // Java looks for a name without a dot also outside its namespace, and writes schemas that need it.
        if let index = places[name] ?? AvroName(text, in: nil).flatMap({ places[$0] }) { return index }
        throw fault(
            "the type \"\(name.full)\" is neither defined before its first use nor by a reference of the schema",
            place
        )
    }

    private mutating func union(_ branches: [JSONValue], at place: Place) throws(AvroError) -> Int {
        guard !branches.isEmpty else { throw fault("a union needs at least one branch", place) }
        let index = append(AvroType(shape: .null))
        var parts: [Int] = []
        var taken: Set<String> = []
        for (number, branch) in branches.enumerated() {
            let part = try parse(branch, at: place.inside("branch \(number)"))
            let type = types[part]
            if case .union = type.shape { throw fault("branch \(number) of a union is a union itself", place) }
            let identity = type.name?.full ?? type.kind.rawValue
            guard taken.insert(identity).inserted else {
                throw fault("a union has two branches \"\(identity)\"", place)
            }
            parts.append(part)
        }
        types[index].shape = .union(parts)
        return index
    }

    private mutating func annotated(_ attributes: JSONObject, at place: Place) throws(AvroError) -> Int {
        let text: String
        switch attributes["type"] {
        case .string(let name)?: text = name
        case .some(let inner): return try parse(inner, at: place.inside("type"))
        case nil: throw fault("an object needs the attribute \"type\"", place)
        }
        switch text {
        case "record", "error": return try record(attributes, at: place)
        case "enum": return try enumeration(attributes, at: place)
        case "fixed": return try fixed(attributes, at: place)
        case "array":
            return try container(attributes, "items", at: place) { .array($0) }
        case "map":
            return try container(attributes, "values", at: place) { .map($0) }
        default:
            let index = try named(text, at: place)
            if AvroKind.primitives[text] != nil { annotate(index, attributes) }
            return index
        }
    }

    private mutating func container(
        _ attributes: JSONObject,
        _ key: String,
        at place: Place,
        _ shape: (Int) -> AvroType.Shape
    ) throws(AvroError) -> Int {
        guard let json = attributes[key] else { throw fault("this type needs the attribute \"\(key)\"", place) }
        let index = append(AvroType(shape: .null, attributes: attributes))
        types[index].shape = shape(try parse(json, at: place.inside(key)))
        return index
    }

    private mutating func record(_ attributes: JSONObject, at place: Place) throws(AvroError) -> Int {
        let (index, name) = try define(.record([]), attributes, at: place)
        guard let list = attributes["fields"]?.arrayValue else {
            throw fault("record \(name.full) needs a list \"fields\"", place)
        }
        var fields: [AvroType.Field] = []
        var taken: Set<String> = []
        for (number, json) in list.enumerated() {
            guard case .object(let field) = json, let fieldName = field["name"]?.stringValue, !fieldName.isEmpty else {
                throw fault("field \(number) of record \(name.full) needs a \"name\"", place)
            }
            guard taken.insert(fieldName).inserted else {
                throw fault("record \(name.full) has two fields \"\(fieldName)\"", place)
            }
            guard let type = field["type"] else {
                throw fault("field \"\(fieldName)\" of record \(name.full) needs a \"type\"", place)
            }
            var inner = place.inside("field \(fieldName) of record \(name.full)")
            inner.namespace = name.namespace
            fields.append(.init(name: fieldName, type: try parse(type, at: inner), attributes: field))
        }
        types[index].shape = .record(fields)
        return index
    }

    private mutating func enumeration(_ attributes: JSONObject, at place: Place) throws(AvroError) -> Int {
        let symbols = attributes["symbols"]?.arrayValue?.map(\.stringValue)
        guard let symbols, !symbols.contains(nil) else {
            throw fault("an enum needs a list \"symbols\" of strings", place)
        }
        let names = symbols.compactMap(\.self)
        guard Set(names).count == names.count else { throw fault("an enum has the same symbol twice", place) }
        return try define(.enumeration(names), attributes, at: place).index
    }

    private mutating func fixed(_ attributes: JSONObject, at place: Place) throws(AvroError) -> Int {
        guard case .integer(let size)? = attributes["size"], 0...Int64(Int32.max) ~= size else {
            throw fault("a fixed needs a \"size\", a whole number of bytes", place)
        }
        let index = try define(.fixed(Int(size)), attributes, at: place).index
        annotate(index, attributes)
        return index
    }

    /// Adds a type that has a name, before its parts are read, since they may use it.
    private mutating func define(
        _ shape: AvroType.Shape,
        _ attributes: JSONObject,
        at place: Place
    ) throws(AvroError) -> (index: Int, name: AvroName) {
        let kind = AvroType(shape: shape).kind.rawValue
        guard let text = attributes["name"]?.stringValue else { throw fault("a type \(kind) needs a \"name\"", place) }
        guard let name = AvroName(text, in: attributes["namespace"]?.stringValue ?? place.namespace) else {
            throw fault("\"\(text)\" is no type's name", place)
        }
        guard AvroKind.primitives[name.full] == nil else {
            throw fault("a type \(kind) cannot have the name of the primitive type \"\(text)\"", place)
        }
        guard places[name] == nil else { throw fault("the type \"\(name.full)\" is defined twice", place) }
        let index = append(AvroType(shape: shape, name: name, attributes: attributes))
        places[name] = index
        return (index, name)
    }

    private mutating func annotate(_ index: Int, _ attributes: JSONObject) {
        types[index].attributes = attributes
        types[index].logicalType = AvroLogicalType(attributes, of: types[index].shape)
    }

    private mutating func append(_ type: AvroType) -> Int {
        types.append(type)
        return types.count - 1
    }

    private func fault(_ message: String, _ place: Place) -> AvroError {
        AvroError(
            .invalidSchema,
            "the Avro schema is wrong\(place.path.isEmpty ? "" : " at \(place.path)"): \(message)"
        )
    }
}
