internal import JSON

extension SchemaField {
    /// The value with the members of each object in the order of the table, in which people expect them.
    func ordered(_ value: JSONValue) -> JSONValue {
        switch (shape, value) {
        case (.object(let fields), .object(let members)):
            let known = fields.compactMap { field in members[field.name].map { (field.name, field.ordered($0)) } }
            let names = Set(fields.map(\.name))
            return .object(JSONObject(known + members.filter { !names.contains($0.key) }.map { ($0.key, $0.value) }))
        case (.list(let element, _), .array(let elements)): return .array(elements.map(element.ordered))
        case (.map, .object(let members)):
            return .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        default: return value
        }
    }
}
