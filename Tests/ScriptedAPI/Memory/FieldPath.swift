internal import JSON

/// A place in an object, by names and by the keys of list items, so that it stays right when a list is reordered.
struct FieldPath: Hashable, CustomStringConvertible {
    enum Step: Hashable {
        case member(String)
        /// The item of a list whose keys have these values.
        case item([String: JSONValue])
        /// The item of a set that has this value.
        case value(JSONValue)
    }

    var steps: [Step]

    init(_ steps: [Step] = []) { self.steps = steps }

    func appending(_ step: Step) -> FieldPath { FieldPath(steps + [step]) }

    func isWithin(_ other: FieldPath) -> Bool { steps.starts(with: other.steps) }

    /// Whether this is one of the members that tell a list's items apart.
    var isItemKey: Bool {
        guard case .member(let name)? = steps.last, case .item(let keys)? = steps.dropLast().last else { return false }
        return keys[name] != nil
    }

    /// As a person writes it: `spec.containers[name=worker].image`.
    var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            case .item(let keys):
                let pairs = keys.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.stringValue ?? $0.value.text)" }
                text += "[\(pairs.joined(separator: ","))]"
            case .value(let value): text += "[\(value.stringValue ?? value.text)]"
            }
        }
        return text
    }
}
