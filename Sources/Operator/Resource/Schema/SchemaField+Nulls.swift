internal import JSON

extension SchemaField {
    /// Returns a value without the fields that are null, which the API server takes for fields that are left out.
    ///
    /// Null elements of lists and null fields that the table does not know stay, and are problems.
    func withoutNulls(_ value: JSONValue) -> JSONValue {
        guard Self.hasNull(value) else { return value }
        switch (shape, value) {
        case (.object(let fields), .object(var object)):
            for field in fields {
                guard let member = object[field.name] else { continue }
                object[field.name] = member.isNull ? .none : field.withoutNulls(member)
            }
            return .object(object)
        case (.map(let element, _, _), .object(let object)):
            let kept = object.filter { !$0.value.isNull }
            return .object(JSONObject(kept.map { ($0.key, element.withoutNulls($0.value)) }))
        case (.list(let element, _), .array(let elements)): return .array(elements.map(element.withoutNulls))
        default: return value
        }
    }

    private static func hasNull(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .object(let object): object.contains { hasNull($0.value) }
        case .array(let elements): elements.contains(where: hasNull)
        default: false
        }
    }
}
