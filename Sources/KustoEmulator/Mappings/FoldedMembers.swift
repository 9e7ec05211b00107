internal import JSON

/// The members of a JSON object, found by name in any letter case.
struct FoldedMembers {
    private var members: [String: JSONValue] = [:]

    /// Reads an object, where the later of two names that differ in case wins; anything else has no members.
    init(_ json: JSONValue) {
        guard let object = json.objectValue else { return }
        for key in object.keys { members[key.lowercased()] = object[key] }
    }

    /// The member of that name, which must be given in lower case.
    subscript(name: String) -> JSONValue? { members[name] }

    /// The member as text when it is a string that is not empty.
    func text(_ name: String) -> String? {
        members[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The member as a truth value: JSON's own, or `true` and `false` as text.
    func flag(_ name: String) -> Bool {
        members[name]?.boolValue ?? (members[name]?.stringValue?.lowercased() == "true")
    }
}
