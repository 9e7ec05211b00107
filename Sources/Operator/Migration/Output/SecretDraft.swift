internal import JSON

/// The Secret of a sink that a person has to fill in.
struct SecretDraft {
    /// What stands where something has to be filled in.
    static let placeholder = Placeholder.text

    /// One key of the Secret.
    struct Entry: Hashable {
        /// The key.
        let key: String
        /// What belongs there, for the comment; no credential.
        let meaning: String
        /// The text that is known already, which is no credential; `nil` for a placeholder.
        let text: String?
        /// Whether a file of bytes belongs there, which is written in Base64.
        let isBinary: Bool
    }

    /// The Secret's name.
    let name: String
    /// The keys in order.
    private(set) var entries: [Entry] = []

    init(name: String) { self.name = name }

    /// Adds a key, and returns the reference to it.
    mutating func add(
        _ key: String,
        _ meaning: String,
        text: String? = nil,
        isBinary: Bool = false
    ) -> SecretKeyReference {
        var free = key
        var number = 2
        while entries.contains(where: { $0.key == free }) {
            free = "\(key)-\(number)"
            number += 1
        }
        entries.append(Entry(key: free, meaning: meaning, text: text, isBinary: isBinary))
        return SecretKeyReference(name: name, key: free)
    }

    /// Removes the keys that a spec does not refer to.
    mutating func keep(onlyUsedBy spec: JSONValue) {
        let used = Set(Self.references(in: spec).filter { $0.name == name }.map(\.key))
        let config = (spec["config"]?.objectValue ?? [:]).map { $0.value.stringValue ?? "" }
        entries.removeAll { entry in
            !used.contains(entry.key) && !config.contains { $0.contains("${secret:\(name):\(entry.key)}") }
        }
    }

    private static func references(in value: JSONValue) -> [SecretKeyReference] {
        switch value {
        case .array(let elements): return elements.flatMap(references)
        case .object(let object):
            let own = object["secretKeyRef"].flatMap { reference in
                reference["name"]?.stringValue.flatMap { name in
                    reference["key"]?.stringValue.map { SecretKeyReference(name: name, key: $0) }
                }
            }
            return (own.map { [$0] } ?? []) + object.flatMap { references(in: $0.value) }
        default: return []
        }
    }
}
