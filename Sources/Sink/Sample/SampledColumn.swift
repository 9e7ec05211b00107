internal import JSON

/// A column of a table, and where in a record its value stands.
struct SampledColumn: Sendable, Hashable {
    /// The column's name.
    let name: String
    /// The path as the mapping has it.
    let path: String
    /// The path's steps.
    let steps: JSONPath

    init?(name: String, path: String) {
        guard let steps = JSONPath(path) else { return nil }
        (self.name, self.path, self.steps) = (name, path, steps)
    }

    /// A column that takes the member of its own name, as where no mapping is used.
    init(name: String) {
        self.name = name
        steps = JSONPath(member: name)
        path = "$.\(name)"
    }

    /// Reads those columns of an ingestion mapping that take something of a record; constants and what comes from the blob
    /// are left out (Kusto, "Ingestion mappings").
    /// - Returns: `nil` when the text is no mapping.
    static func columns(ofMapping text: String) -> [SampledColumn]? {
        guard let elements = (try? JSONValue(parsing: text))?.arrayValue else { return nil }
        return elements.compactMap { element in
            let members = Self.folded(element)
            let properties = members["properties"].map(Self.folded) ?? members
            guard let name = (members["column"] ?? members["columnname"] ?? members["name"])?.stringValue,
                properties["constvalue"].map(\.isNull) ?? true,
                !["sourcelocation", "sourcelinenumber"].contains(properties["transform"]?.stringValue?.lowercased())
            else { return nil }
            if let path = properties["path"]?.stringValue, !path.isEmpty {
                return SampledColumn(name: name, path: path)
            }
            return properties["field"]?.stringValue.map { field in
                SampledColumn(name: name, path: "$['\(field)']") ?? SampledColumn(name: name)
            }
        }
    }

    /// Members by their names in lower case: mappings are written in any.
    private static func folded(_ value: JSONValue) -> [String: JSONValue] {
        Dictionary((value.objectValue ?? [:]).map { ($0.key.lowercased(), $0.value) }) { $1 }
    }
}
