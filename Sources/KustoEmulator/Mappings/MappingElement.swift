internal import JSON

/// One column of an ingestion mapping and where its value comes from.
struct MappingElement: Sendable, Hashable {
    /// Where a value comes from.
    enum Source: Sendable, Hashable {
        /// A field's position in a delimited record, from 0.
        case ordinal(Int)
        /// A place in a JSON document, or in an Avro record.
        case path(JSONPath)
        /// The same text for every row.
        case constant(String)
        /// Where the data was read from, or the number of its record.
        case transformOnly
        /// A field of a format that is not read here.
        case opaque(String)
    }

    /// The column that is filled.
    let column: String
    /// The column's type, if the mapping says it.
    let type: ColumnType?
    /// Where the value comes from.
    let source: Source
    /// What is done to it.
    let transform: MappingTransform

    /// Reads one element in any of the spellings that SDKs and documents use.
    /// - Throws: ``EmulatorError`` with `invalidMapping`.
    init(_ json: JSONValue, kind: MappingKind, position: Int) throws(EmulatorError) {
        let members = FoldedMembers(json)
        let properties = members["properties"].map(FoldedMembers.init) ?? members
        guard let column = (members["column"] ?? members["columnname"] ?? members["name"])?.stringValue, !column.isEmpty
        else {
            throw EmulatorError(.invalidMapping, "element \(position) of the mapping names no column")
        }
        self.column = column
        let typeName = (members["datatype"] ?? members["columntype"])?.stringValue ?? ""
        type = typeName.isEmpty ? nil : ColumnType(name: typeName)
        guard typeName.isEmpty || type != nil else {
            throw EmulatorError(.invalidMapping, "column '\(column)' of the mapping has the unknown type '\(typeName)'")
        }
        transform = try Self.transform(properties["transform"] ?? members["transform"], column: column)
        source = try Self.source(properties, kind: kind, position: position, transform: transform, column: column)
    }

    private static func transform(_ value: JSONValue?, column: String) throws(EmulatorError) -> MappingTransform {
        // The Python SDK 6.0.4 writes one transform as an array of one name.
        guard let name = value?.stringValue ?? value?.arrayValue?.first?.stringValue, !name.isEmpty else {
            return .none
        }
        guard let transform = MappingTransform(name: name) else {
            throw EmulatorError(
                .invalidMapping,
                "column '\(column)' of the mapping has the unknown transform '\(name)'"
            )
        }
        return transform
    }

    private static func source(
        _ properties: FoldedMembers,
        kind: MappingKind,
        position: Int,
        transform: MappingTransform,
        column: String
    ) throws(EmulatorError) -> Source {
        if let constant = properties["constvalue"], constant != .null {
            return .constant(constant.stringValue ?? constant.text)
        }
        switch kind {
        case .csv:
            if let ordinal = properties["ordinal"].flatMap({ $0.intValue ?? $0.stringValue.flatMap { Int($0) } }) {
                guard ordinal >= 0 else { break }
                return .ordinal(ordinal)
            }
            return transform.needsNoField ? .transformOnly : .ordinal(position)
        case .json:
            if transform.needsNoField { return .transformOnly }
            guard let text = properties["path"]?.stringValue else { break }
            guard text.hasPrefix("$") else { return .constant(text) }
            guard let path = JSONPath(text) else {
                throw EmulatorError(.invalidMapping, "column '\(column)' of the mapping has the invalid path '\(text)'")
            }
            return .path(path)
        case .avro:
            if transform.needsNoField { return .transformOnly }
            return try avroSource(properties, column: column)
        default:
            if transform.needsNoField { return .transformOnly }
            return .opaque((properties["field"] ?? properties["path"])?.stringValue ?? column)
        }
        throw EmulatorError(
            .invalidMapping,
            "column '\(column)' of the mapping does not say where its value comes from"
        )
    }

    /// Kusto, "AVRO mapping": a field's name, or a path that begins with `$`, or a constant in its place, but not both.
    private static func avroSource(_ properties: FoldedMembers, column: String) throws(EmulatorError) -> Source {
        switch (properties.text("field"), properties.text("path")) {
        case (nil, nil): return .path(JSONPath(member: column))
        case (let field?, nil): return .path(JSONPath(member: field))
        case (nil, let text?):
            guard text.hasPrefix("$") else { return .constant(text) }
            guard let path = JSONPath(text) else {
                throw EmulatorError(.invalidMapping, "column '\(column)' of the mapping has the invalid path '\(text)'")
            }
            return .path(path)
        default:
            throw EmulatorError(.invalidMapping, "column '\(column)' of the mapping has both a field and a path")
        }
    }
}
