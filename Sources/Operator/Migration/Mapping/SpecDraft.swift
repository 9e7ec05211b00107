internal import JSON

/// The spec of a KustoSink in the making: its fields, and the properties that they come from.
struct SpecDraft {
    /// The spec.
    private(set) var spec = JSONValue.object([:])
    /// The properties that each field comes from.
    private var origins: [FieldPath: [String]] = [:]

    /// The value of a field.
    subscript(path: FieldPath) -> JSONValue? {
        path.parts.reduce(spec) { value, part in Int(part).flatMap { value?[$0] } ?? value?[part] }
    }

    /// Sets a field.
    mutating func set(_ path: FieldPath, _ value: JSONValue, from properties: [String] = []) {
        spec = Self.setting(spec, path.parts[...], value)
        if !properties.isEmpty { origins[path] = properties }
    }

    /// The fields that a problem at a path is about: the field itself, those below it, or the nearest one above.
    func culprits(at path: FieldPath) -> [(path: FieldPath, properties: [String])] {
        if let properties = origins[path] { return [(path, properties)] }
        let below = origins.filter { $0.key.isWithin(path) }
        if !below.isEmpty { return below.map { ($0.key, $0.value) }.sorted { "\($0.0)" < "\($1.0)" } }
        let above = origins.filter { path.isWithin($0.key) }.max { $0.key.parts.count < $1.key.parts.count }
        return above.map { [($0.key, $0.value)] } ?? []
    }

    /// The properties of a field and of all below it.
    func culprits(within path: FieldPath) -> [String] { origins.filter { $0.key.isWithin(path) }.flatMap(\.value) }

    /// Removes a field with all below it, and what held nothing else.
    mutating func remove(_ path: FieldPath) {
        origins = origins.filter { !$0.key.isWithin(path) }
        spec = Self.removing(spec, path.parts[...]) ?? [:]
    }

    private static func setting(_ value: JSONValue, _ parts: ArraySlice<String>, _ new: JSONValue) -> JSONValue {
        guard let first = parts.first else { return new }
        if case .array(var elements) = value, let index = Int(first), elements.indices.contains(index) {
            elements[index] = setting(elements[index], parts.dropFirst(), new)
            return .array(elements)
        }
        var object = value.objectValue ?? [:]
        object[first] = setting(object[first] ?? [:], parts.dropFirst(), new)
        return .object(object)
    }

    private static func removing(_ value: JSONValue, _ parts: ArraySlice<String>) -> JSONValue? {
        guard let first = parts.first else { return nil }
        if case .array(var elements) = value, let index = Int(first), elements.indices.contains(index) {
            guard let rest = removing(elements[index], parts.dropFirst()) else {
                elements.remove(at: index)
                return elements.isEmpty ? nil : .array(elements)
            }
            elements[index] = rest
            return .array(elements)
        }
        guard var object = value.objectValue, let member = object[first] else { return value }
        object[first] = removing(member, parts.dropFirst())
        return object.isEmpty ? nil : .object(object)
    }
}
