internal import JSON
internal import Text

/// The reference of properties for a terminal, and for machines.
package struct PropertyListing: Sendable {
    /// What was asked for is no property.
    package struct NotFound: Error {
        /// One sentence: what was not found, and which names are near.
        package let message: String
    }

    private let definitions: [PropertyDefinition]
    /// Whether one property was asked for by its name, and is told whole.
    private let isWhole: Bool
    /// The name that was asked for, when a family of names such as `consumer.override.*` stands for it.
    private let member: String?

    /// All names that may be asked for.
    package static var names: [String] { PropertyTable.all.map(\.name) }

    /// Finds properties.
    /// - Parameter pattern: A name, or a pattern in which `*` stands for anything, or a part of names; nil for all.
    /// - Throws: ``NotFound``.
    package init(_ pattern: String?) throws(NotFound) {
        guard let pattern else {
            (definitions, isWhole, member) = (PropertyTable.all, false, nil)
            return
        }
        if let definition = PropertyTable[pattern] {
            (definitions, isWhole, member) = ([definition], true, nil)
            return
        }
        let found = PropertyTable.all.filter { $0.names.contains { Self.matches($0, pattern) } }
        guard found.isEmpty else {
            (definitions, isWhole, member) = (found, false, nil)
            return
        }
        let families = PropertyTable.all.filter { $0.name.hasSuffix(".*") && pattern.hasPrefix($0.name.dropLast()) }
        guard let family = families.max(by: { $0.name.count < $1.name.count }),
            PropertyTable.effect(of: pattern) != .unknown
        else { throw Self.notFound(pattern) }
        (definitions, isWhole, member) = ([family], true, pattern)
    }

    /// Returns the text for a terminal.
    /// - Parameters:
    ///   - width: How many columns it may be wide; nil for any.
    ///   - isBold: Whether names are shown in bold letters.
    package func text(width: Int?, isBold: Bool = false) -> String {
        if isWhole, let definition = definitions.first { return entry(definition, width, isBold) }
        var text = ""
        for group in PropertyGroup.allCases {
            let members = definitions.filter { $0.group == group }
            guard !members.isEmpty else { continue }
            if !text.isEmpty { text += "\n" }
            text += Self.bold(group.rawValue, isBold) + "\n" + table(members, width)
        }
        return text
    }

    /// The same for machines: an array of objects in one line.
    package var json: String { JSONValue.array(definitions.map(Self.object)).text }

    private func table(_ members: [PropertyDefinition], _ width: Int?) -> String {
        // On a narrow terminal there is no room for a column of defaults.
        let isWide = (width ?? .max) >= 120
        let rows = members.map { definition in
            let value = definition.isRequired ? "required" : definition.defaultValue ?? ""
            let sentence = (definition.note.map { "\($0) " } ?? "") + definition.shortSentence
            if isWide { return [definition.name, value, sentence] }
            return [definition.name, (value.isEmpty ? "" : "[\(value)] ") + sentence]
        }
        return ColumnText.text(rows, indent: 2, longest: isWide ? 44 : 32, width: width)
    }

    private func entry(_ definition: PropertyDefinition, _ width: Int?, _ isBold: Bool) -> String {
        var text = Self.bold(member ?? definition.name, isBold) + "\n"
        if let note = definition.note { text += "  \(note)\n" }
        if let member, let remark = Self.remark(on: member) {
            text += WrappedText.paragraph(remark, indent: 2, width: width)
        }
        text += WrappedText.paragraph(definition.documentation, indent: 2, width: width) + "\n"
        let allowed = definition.kind.allowed.replacing("`", with: "")
        let facts: [(String, String?)] = [
            ("of", member == nil ? nil : definition.name),
            ("type", definition.kind.name), ("values", allowed.isEmpty ? nil : allowed), ("unit", definition.unit),
            ("default", definition.isRequired ? "none; it is required" : definition.defaultValue ?? "none"),
            ("also", definition.aliases.isEmpty ? nil : definition.aliases.joined(separator: ", ")),
            ("secret", definition.isSecret ? "yes: it is never printed" : nil), ("since", definition.since),
            ("example", definition.exampleLine),
        ]
        let rows = facts.compactMap { name, value in value.map { [name, $0] } }
        return text + ColumnText.text(rows, indent: 2, width: width)
    }

    /// What becomes of a member of a family.
    private static func remark(on name: String) -> String? {
        switch PropertyTable.effect(of: name) {
        case .effective, .unknown: nil
        case .ignored(let reason): "Accepted and ignored: \(reason)."
        case .refused(let reason): "An error when set: \(reason)."
        }
    }

    private static func object(_ definition: PropertyDefinition) -> JSONValue {
        var object: JSONObject = ["name": .string(definition.name)]
        object["group"] = .string(definition.group.rawValue)
        object["type"] = .string(definition.kind.name)
        switch definition.kind {
        case .int(let range), .long(let range):
            object["minimum"] = .integer(range.lowerBound)
            object["maximum"] = .integer(range.upperBound)
        case .enumeration(let words): object["values"] = .array(words.map { .string($0) })
        case .boolean: object["values"] = ["true", "false"]
        default: break
        }
        if let unit = definition.unit { object["unit"] = .string(unit) }
        if let value = definition.defaultValue { object["default"] = .string(value) }
        object["required"] = .bool(definition.isRequired)
        object["secret"] = .bool(definition.isSecret)
        object["aliases"] = .array(definition.aliases.map { .string($0) })
        object["since"] = .string(definition.since)
        object["status"] = .string("\(definition.status)")
        object["documentation"] = .string(definition.documentation)
        if let example = definition.example { object["example"] = .string(example) }
        return .object(object)
    }

    private static func notFound(_ pattern: String) -> NotFound {
        var known = PropertyTable.all.flatMap(\.names)
        var near: [String] = []
        while near.count < 3,
            let name = NearestWord.find(pattern, among: known, within: max(3, pattern.utf8.count / 4))
        {
            near.append(name)
            known.removeAll { $0 == name }
        }
        let hint = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
        return NotFound(message: "no property is called \(HarmlessText.shown(name: pattern))\(hint)")
    }

    /// Whether a name has the pattern as a part of it, or is what it stands for; case does not matter.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let (name, pattern) = (name.lowercased(), pattern.lowercased())
        guard pattern.contains("*") else { return name.contains(pattern) }
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, name.hasPrefix(first) else { return false }
        var rest = name.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }

    private static func bold(_ text: String, _ isBold: Bool) -> String { isBold ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
