internal import JSON

/// What rendering needs of JSON: the same values must give the same bytes, whatever order they came in.
extension JSONValue {
    /// Creates an object of texts, in the order of their names.
    init(texts: [String: String]) {
        self = .object(JSONObject(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    /// The same value with the members of every object in the order of their names.
    var inOrder: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.inOrder))
        case .object(let object):
            .object(JSONObject(object.sorted { $0.key < $1.key }.map { ($0.key, $0.value.inOrder) }))
        default: self
        }
    }

    /// This value with another over it: objects are merged member by member, all else is replaced.
    func merged(with other: JSONValue?) -> JSONValue {
        guard let other else { return self }
        guard case .object(var merged) = self, case .object(let changes) = other else { return other }
        for (key, value) in changes { merged[key] = merged[key]?.merged(with: value) ?? value }
        return .object(merged)
    }
}
