internal import JSON

/// Writes one section of the reference for each object of the resource.
struct SinkReferencePage {
    /// The sections so far, in the order of the table.
    private(set) var sections: [String] = []
    /// Where each kind of object was described first: parts such as TLS stand in several places.
    private var described: [JSONValue: String] = [:]

    /// Writes the section of an object, and those of the objects below it.
    mutating func write(_ field: SchemaField, at path: String) {
        let fields = field.fields
        var section =
            "## `\(path)`\n\n\(Self.markdown(field.summary))\n\n| Field | Holds | Meaning |\n| --- | --- | --- |\n"
        var below: [(SchemaField, String)] = []
        for member in fields {
            let place = "\(path).\(member.name)"
            var holds = Self.kind(of: member)
            if let (object, objectPlace) = Self.object(in: member, at: place) {
                if let first = described[Self.identity(of: object)] {
                    holds += ", as in [`\(first)`](#\(Self.anchor(of: first)))"
                } else {
                    described[Self.identity(of: object)] = objectPlace
                    holds += ": [`\(objectPlace)`](#\(Self.anchor(of: objectPlace)))"
                    below.append((object, objectPlace))
                }
            }
            if member.isRequired { holds = "**required**, " + holds }
            if let value = member.defaultValue { holds += ", `\(value.text)` by default" }
            section += "| `\(member.name)` | \(holds) | \(Self.markdown(member.summary)) |\n"
        }
        let rules = Self.rules(of: field, at: path)
        if !rules.isEmpty { section += "\n" + rules.map { "- \($0)\n" }.joined() }
        sections.append(section)
        for (object, place) in below { write(object, at: place) }
    }

    /// The object that a field holds, itself or as the elements of a list, when it has a section of its own.
    private static func object(in field: SchemaField, at place: String) -> (SchemaField, String)? {
        switch field.shape {
        case .object where !isSecret(field) && !isValueSource(field): (field, place)
        case .list(let element, _) where !element.fields.isEmpty: (element, place + "[]")
        default: nil
        }
    }

    /// What two fields have in common that need one description: all but what they are for.
    private static func identity(of field: SchemaField) -> JSONValue {
        var field = field
        field.summary = ""
        return SinkDefinition.schema(of: field)
    }

    private static func isSecret(_ field: SchemaField) -> Bool { field.fields.map(\.name) == ["secretKeyRef"] }

    private static func isValueSource(_ field: SchemaField) -> Bool {
        field.fields.map(\.name) == ["value", "secretKeyRef"]
    }

    private static func kind(of field: SchemaField) -> String {
        switch field.shape {
        case .text(let limits) where !limits.values.isEmpty: limits.values.map { "`\($0)`" }.joined(separator: ", ")
        case .text(let limits): "text of at most \(limits.maximumLength) characters"
        case .boolean: "`true` or `false`"
        case .integer(let minimum?, let maximum?): "a number from \(minimum) to \(maximum)"
        case .integer: "a number"
        case .duration: "a time" + (field.rules.first.map { $0.message.replacing("must be a time", with: "") } ?? "")
        case .time: "a moment"
        case .quantity: "a quantity"
        case .object where isSecret(field): "a key of a Secret"
        case .object where isValueSource(field): "a value or a key of a Secret"
        case .object: "an object"
        case .map(let element, _, let maximum): "at most \(maximum) names, each with \(kind(of: element))"
        case .list(let element, let limits):
            "a list of \(limits.minimumCount > 0 ? "\(limits.minimumCount)" : "0") to \(limits.maximumCount), each "
                + kind(of: element)
        }
    }

    /// The rules of an object and of those of its fields that have no section.
    private static func rules(of field: SchemaField, at path: String) -> [String] {
        let own = field.rules.map { "`\(path)\($0.fieldPath ?? "")` \(markdown($0.message))." }
        let below = field.fields.filter { member in
            switch member.shape {
            case .object: false
            case .duration: false
            default: true
            }
        }
        return own
            + below.flatMap { member in member.rules.map { "`\(path).\(member.name)` \(markdown($0.message))." } }
    }

    /// Text in which nothing is taken for markup.
    private static func markdown(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("*", with: "\\*").replacing("<", with: "&lt;")
    }

    /// The fragment by which a heading is found.
    private static func anchor(of heading: String) -> String {
        heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }
}
