internal import JSON

/// Reads one object of a spec that the table's checks have passed, and can tell which fields were asked for.
struct SpecReader {
    private let value: JSONValue?
    /// The object's place in the table, with `[]` for elements and `{}` for values of maps.
    private let path: String
    private let record: ((String) -> Void)?

    /// Creates a reader.
    /// - Parameter record: Called with the place of each field that is asked for.
    init(_ value: JSONValue?, path: String, record: ((String) -> Void)? = nil) {
        self.value = value
        self.path = path
        self.record = record
    }

    /// Whether the object is there.
    var exists: Bool { value != nil }

    func text(_ name: String) -> String? { leaf(name)?.stringValue }
    func flag(_ name: String) -> Bool? { leaf(name)?.boolValue }
    func integer(_ name: String) -> Int? { leaf(name)?.intValue }
    func duration(_ name: String) -> Duration? { leaf(name)?.stringValue.flatMap { Duration(resourceText: $0) } }

    /// A part that is handed on as it is, with all that it holds.
    func whole(_ name: String) -> JSONValue? {
        record?("\(path).\(name)…")
        return value?[name]
    }

    /// The strings of a list.
    func texts(_ name: String) -> [String] {
        record?("\(path).\(name)[]")
        return value?[name]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// The numbers of a list.
    func integers(_ name: String) -> [Int] {
        record?("\(path).\(name)[]")
        return value?[name]?.arrayValue?.compactMap(\.intValue) ?? []
    }

    /// The strings of a map.
    func map(_ name: String) -> [String: String] {
        record?("\(path).\(name){}")
        var texts: [String: String] = [:]
        for (key, element) in value?[name]?.objectValue ?? [:] { texts[key] = element.stringValue }
        return texts
    }

    /// A reader of the object below this one, whether that is there or not.
    func part(_ name: String) -> SpecReader { SpecReader(value?[name], path: "\(path).\(name)", record: record) }

    /// What `read` makes of the object below this one, or `nil` when that is not there.
    func optional<Part>(_ name: String, _ read: (SpecReader) -> Part) -> Part? {
        let part = part(name)
        return part.exists ? read(part) : nil
    }

    /// What `read` makes of each object of a list.
    func list<Element>(_ name: String, _ read: (SpecReader) -> Element) -> [Element] {
        (value?[name]?.arrayValue ?? []).map { read(SpecReader($0, path: "\(path).\(name)[]", record: record)) }
    }

    /// A reference to a key of a Secret, which stands below `name.secretKeyRef`.
    func secret(_ name: String) -> SecretKeyReference? { optional(name) { $0.secretKeyReference() } ?? nil }

    /// A value, or a reference to a key of a Secret.
    func valueSource(_ name: String) -> ValueSource? {
        optional(name) { part in
            let secret = part.secretKeyReference().map(ValueSource.secret)
            return part.text("value").map(ValueSource.value) ?? secret
        } ?? nil
    }

    private func secretKeyReference() -> SecretKeyReference? {
        optional("secretKeyRef") { part in
            SecretKeyReference(name: part.text("name") ?? "", key: part.text("key") ?? "")
        }
    }

    private func leaf(_ name: String) -> JSONValue? {
        record?("\(path).\(name)")
        return value?[name]
    }
}
