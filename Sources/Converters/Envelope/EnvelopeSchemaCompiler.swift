internal import JSON

/// Compiles the JSON of a schema, by the options of `JsonConverter.asConnectSchema`.
struct EnvelopeSchemaCompiler {
    /// How deeply arrays, maps and structs may be nested.
    static let maximumDepth = 256

    private static let logicalKinds: [String: EnvelopeSchema.Kind] = [
        "org.apache.kafka.connect.data.Decimal": .decimal,
        "org.apache.kafka.connect.data.Date": .date,
        "org.apache.kafka.connect.data.Time": .time,
        "org.apache.kafka.connect.data.Timestamp": .timestamp,
    ]
    private static let primitiveKinds: [String: EnvelopeSchema.Kind] = [
        "boolean": .boolean, "int8": .int8, "int16": .int16, "int32": .int32, "int64": .int64, "float": .float,
        "double": .double, "string": .string, "bytes": .bytes,
    ]

    private var nodes: [EnvelopeSchema.Node] = []
    private var fields: [EnvelopeSchema.Field] = []
    private var texts: [UInt8] = []
    private var slots: [Int] = []
    /// The nodes with defaults, the inner ones first, and the path of each.
    private var presets: [(node: Int, value: JSONValue, path: [String])] = []
    private var path: [String] = []

    /// Compiles a schema.
    /// - Parameter options: How defaults are written.
    /// - Throws: ``EnvelopeFault`` when Kafka Connect would not take the schema.
    static func compile(_ json: JSONValue, options: ConverterOptions) throws(EnvelopeFault) -> EnvelopeSchema {
        var compiler = EnvelopeSchemaCompiler()
        do throws(EnvelopeFault) {
            _ = try compiler.node(json)
            let schema = EnvelopeSchema(
                nodes: compiler.nodes,
                fields: compiler.fields,
                texts: compiler.texts,
                slots: compiler.slots
            )
            for preset in compiler.presets {
                compiler.path = preset.path
                try setPreset(preset.value, of: preset.node, in: schema, options)
            }
            return schema
        } catch {
            throw compiler.path.reversed().reduce(error) { $0.within($1) }
        }
    }

    /// Appends the node of a schema, behind those of what it is made of.
    private mutating func node(_ json: JSONValue) throws(EnvelopeFault) -> Int {
        guard path.count < Self.maximumDepth else {
            throw EnvelopeFault("is nested more than \(Self.maximumDepth) levels deep")
        }
        guard let type = json["type"]?.stringValue else { throw EnvelopeFault("has no \"type\"") }
        if let parameters = json["parameters"]?.objectValue {
            for (_, value) in parameters where value.stringValue == nil {
                throw EnvelopeFault("has \"parameters\" that are not all strings")
            }
        }
        var node = try structural(type, json)
        if let name = json["name"]?.stringValue, let kind = Self.logicalKinds[name] {
            node = EnvelopeSchema.Node(kind: kind, isOptional: node.isOptional)
            if kind == .decimal { node.scale = try scale(json) }
        }
        nodes.append(node)
        let index = nodes.count - 1
        if let preset = json["default"] { presets.append((index, preset, path)) }
        return index
    }

    private mutating func structural(
        _ type: String,
        _ json: JSONValue
    ) throws(EnvelopeFault) -> EnvelopeSchema.Node {
        let isOptional = json["optional"]?.boolValue ?? false
        switch type {
        case "array":
            let items = try part("items", "[]", of: json)
            return EnvelopeSchema.Node(kind: .array, isOptional: isOptional, first: items)
        case "map":
            let keys = try part("keys", "{keys}", of: json)
            let values = try part("values", "{}", of: json)
            let kind: EnvelopeSchema.Kind = json["keys"]?["type"]?.stringValue == "string" ? .map : .pairs
            return EnvelopeSchema.Node(kind: kind, isOptional: isOptional, first: keys, second: values)
        case "struct": return try structure(json, isOptional)
        default:
            guard let kind = Self.primitiveKinds[type] else {
                let known = (Self.primitiveKinds.keys + ["array", "map", "struct"]).sorted().joined(separator: ", ")
                throw EnvelopeFault("has a \"type\" that Kafka Connect does not know; the types are \(known)")
            }
            return EnvelopeSchema.Node(kind: kind, isOptional: isOptional)
        }
    }

    private mutating func part(_ key: String, _ step: String, of json: JSONValue) throws(EnvelopeFault) -> Int {
        guard let part = json[key], !part.isNull else { throw EnvelopeFault("has no \"\(key)\"") }
        path.append(step)
        let index = try node(part)
        path.removeLast()
        return index
    }

    private mutating func structure(
        _ json: JSONValue,
        _ isOptional: Bool
    ) throws(EnvelopeFault) -> EnvelopeSchema.Node {
        guard let list = json["fields"]?.arrayValue else {
            throw EnvelopeFault("is a struct whose \"fields\" are not an array")
        }
        var members: [(name: [UInt8], node: Int)] = []
        var names: Set<[UInt8]> = []
        for field in list {
            guard let name = field["field"]?.stringValue else {
                throw EnvelopeFault("is a struct with a field without a name, which \"field\" must be")
            }
            path.append(name)
            let bytes = Array(name.utf8)
            guard names.insert(bytes).inserted else { throw EnvelopeFault("occurs twice in its struct") }
            members.append((bytes, try node(field)))
            path.removeLast()
        }
        let first = fields.count
        for member in members {
            let name = append(member.name)
            let key = append(JSONValue.string(String(decoding: member.name, as: UTF8.self)).serialized() + [0x3A])
            fields.append(EnvelopeSchema.Field(name: name, key: key, node: member.node))
        }
        return EnvelopeSchema.Node(
            kind: .structure,
            isOptional: isOptional,
            first: first,
            second: members.count,
            slots: appendSlots(members.map(\.name))
        )
    }

    private mutating func append(_ text: [UInt8]) -> Range<Int> {
        let start = texts.count
        texts += text
        return start..<texts.count
    }

    /// Appends the places for a struct's names, at least twice as many as there are names.
    private mutating func appendSlots(_ names: [[UInt8]]) -> Range<Int> {
        guard !names.isEmpty else { return slots.count..<slots.count }
        var count = 2
        while count < 2 * names.count { count *= 2 }
        let start = slots.count
        slots += [Int](repeating: -1, count: count)
        for (index, name) in names.enumerated() {
            var place = unsafe name.withUnsafeBytes { unsafe EnvelopeSchema.hash($0) } & (count - 1)
            while slots[start + place] >= 0 { place = (place + 1) & (count - 1) }
            slots[start + place] = index
        }
        return start..<slots.count
    }

    private func scale(_ json: JSONValue) throws(EnvelopeFault) -> Int? {
        guard let text = json["parameters"]?["scale"]?.stringValue else { return nil }
        guard let scale = Int(text), scale.magnitude <= JSONOutput.largestScale else {
            throw EnvelopeFault("is a Decimal whose \"scale\" is not a number up to \(JSONOutput.largestScale)")
        }
        return scale
    }

    private static func setPreset(
        _ value: JSONValue,
        of node: Int,
        in schema: EnvelopeSchema,
        _ options: ConverterOptions
    ) throws(EnvelopeFault) {
        if value.isNull {
            guard schema.node(node).isOptional else { throw EnvelopeFault("is required, but its default is null") }
            return
        }
        let document = value.serialized()
        var room = 2 * document.count + 64
        while true {
            var memory = [UInt8](repeating: 0, count: room)
            let written: Result<Int, EnvelopeFault> = unsafe document.withUnsafeBytes { source in
                unsafe memory.withUnsafeMutableBytes { memory in
                    var writer = unsafe PayloadWriter(schema, source, at: 0, to: memory, options, isInAnyOrder: true)
                    do throws(EnvelopeFault) { try writer.value(node) } catch { return .failure(error) }
                    return .success(writer.output.count)
                }
            }
            let count: Int
            do throws(EnvelopeFault) { count = try written.get() } catch {
                throw EnvelopeFault("has a default that does not fit its type: \(error.sentence(about: "the default"))")
            }
            guard count > room else { return schema.setPreset(Array(memory[..<count]), of: node) }
            room = count
        }
    }
}
