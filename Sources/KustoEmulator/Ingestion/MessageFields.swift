internal import FoundationEssentials
internal import JSON

/// The fields of a queue message, found by name in any letter case and checked for their type.
struct MessageFields {
    private let members: FoldedMembers
    private let place: String

    /// Reads the fields of an object; `place` goes before their names in error messages.
    init(_ json: JSONValue, place: String = "") {
        members = FoldedMembers(json)
        self.place = place
    }

    /// The raw value of a field; `nil` when it is missing or JSON's null.
    func value(_ name: String) -> JSONValue? {
        guard let value = members[name.lowercased()], value != .null else { return nil }
        return value
    }

    /// A text; `nil` when it is missing or empty.
    /// - Throws: ``IngestionFailure`` with `corruptedMessage` when it is no string.
    func text(_ name: String) throws(IngestionFailure) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.stringValue else { throw wrong(name, "a string", value) }
        return text.isEmpty ? nil : text
    }

    /// A text that must be there.
    /// - Throws: ``IngestionFailure`` with `corruptedMessage` when it is not.
    func required(_ name: String) throws(IngestionFailure) -> String {
        guard let text = try text(name) else {
            throw IngestionFailure(.corruptedMessage, "the queue message lacks \(place)\(name)")
        }
        return text
    }

    /// A truth value; `false` when it is missing.
    ///
    /// With `asText` the texts `true` and `false` will do.
    /// - Throws: ``IngestionFailure`` with `corruptedMessage` when it is none.
    func flag(_ name: String, asText: Bool = false) throws(IngestionFailure) -> Bool {
        guard let value = value(name) else { return false }
        if let flag = value.boolValue { return flag }
        switch value.stringValue?.lowercased() {
        case "true" where asText: return true
        case "false" where asText: return false
        default: throw wrong(name, "true or false", value)
        }
    }

    /// A number that is not negative; documents show it as a string of digits too.
    /// - Throws: ``IngestionFailure`` with `corruptedMessage` when it is none.
    func size(_ name: String) throws(IngestionFailure) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.intValue ?? value.stringValue.flatMap({ Int($0) }), number >= 0 else {
            throw wrong(name, "a number of bytes", value)
        }
        return number
    }

    /// One of several choices, by its number or by its name in any letter case; `nil` when it is missing.
    /// - Throws: ``IngestionFailure`` with `corruptedMessage` when it is none of them.
    func choice(_ name: String, of names: [String]) throws(IngestionFailure) -> Int? {
        guard let value = value(name) else { return nil }
        if let number = value.intValue, names.indices.contains(number) { return number }
        if let text = value.stringValue,
            let index = names.firstIndex(where: { $0.lowercased() == text.lowercased() })
        {
            return index
        }
        throw wrong(name, "one of \(names.joined(separator: ", ")) or their numbers from 0", value)
    }

    /// A moment in ISO 8601, in ticks.
    /// - Throws: ``IngestionFailure`` with `corruptedMessage` when it is none.
    func moment(_ name: String) throws(IngestionFailure) -> Int64? {
        guard let text = try text(name) else { return nil }
        guard let ticks = DateTimeText.parse(text) else { throw wrong(name, "a date and time", .string(text)) }
        return ticks
    }

    /// An identifier in the form of a GUID.
    /// - Throws: ``IngestionFailure`` with `corruptedMessage` when it is none.
    func identifier(_ name: String) throws(IngestionFailure) -> String? {
        guard let text = try text(name) else { return nil }
        guard UUID(uuidString: text) != nil else { throw wrong(name, "a GUID", .string(text)) }
        return text
    }

    /// An object's fields.
    /// - Throws: ``IngestionFailure`` with `corruptedMessage` when it is no object.
    func object(_ name: String) throws(IngestionFailure) -> MessageFields? {
        guard let value = value(name) else { return nil }
        guard value.objectValue != nil else { throw wrong(name, "an object", value) }
        return MessageFields(value, place: "\(place)\(name).")
    }

    /// The error for a field of the wrong type; texts are not quoted, because some are secrets.
    private func wrong(_ name: String, _ expected: String, _ found: JSONValue) -> IngestionFailure {
        let kind =
            switch found {
            case .null: "null"
            case .bool: "a truth value"
            case .integer, .double, .number: "another number"
            case .string: "another text"
            case .array: "an array"
            case .object: "an object"
            }
        return IngestionFailure(
            .corruptedMessage,
            "\(place)\(name) of the queue message is \(kind), expected \(expected)"
        )
    }
}
