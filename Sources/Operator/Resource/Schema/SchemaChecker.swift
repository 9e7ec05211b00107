internal import JSON
internal import Text

/// Finds everything about a value that its row of the table does not allow.
struct SchemaChecker {
    /// What was found, in the order of the table.
    private(set) var problems: [SpecProblem] = []

    /// Returns everything that is wrong with a value.
    /// - Parameter old: The value before the change, when it is known.
    static func problems(of value: JSONValue, _ field: SchemaField, at path: String, old: JSONValue? = nil)
        -> [SpecProblem]
    {
        var checker = SchemaChecker()
        checker.check(value, field, at: path, old: old)
        return checker.problems
    }

    private mutating func check(_ value: JSONValue, _ field: SchemaField, at path: String, old: JSONValue?) {
        let before = problems.count
        switch field.shape {
        case .text(let limits): check(value, limits, at: path)
        case .boolean: if value.boolValue == nil { expect("true or false", at: path, not: value) }
        case .integer(let minimum, let maximum): check(value, minimum, maximum, at: path)
        case .duration where value.intValue != nil:
            add(path, "must be a time with its unit, such as 30s, and is a number")
        case .duration: check(value, SchemaShape.durationLimits, at: path)
        case .time: check(value, TextLimits(minimumLength: 20, maximumLength: 40), at: path)
        case .quantity:
            if case .integer(let number) = value, number >= 0 { return }
            check(value, SchemaShape.quantityLimits, at: path)
        case .object(let fields): check(value, fields, at: path, old: old)
        case .map(let element, _, let maximum): check(value, element, maximum, at: path, old: old)
        case .list(let element, let limits): check(value, element, limits, at: path, old: old)
        }
        // A rule may rely on types and limits, as it may in the API server.
        guard problems.count == before else { return }
        for rule in field.allRules where !rule.isKept(value, old) {
            let place = path + (rule.fieldPath ?? "")
            guard let culprits = rule.culprits?(value) else {
                problems.append(SpecProblem(Self.reason(of: rule), place, rule.message))
                continue
            }
            for (name, advice) in culprits {
                let message = advice.isEmpty ? rule.message : "\(rule.message); \(advice)"
                problems.append(SpecProblem(Self.reason(of: rule), "\(place)[\(Self.shown(name))]", message))
            }
        }
    }

    /// Names that users must keep out of a map are not allowed; everything else is a mistake in the spec.
    private static func reason(of rule: SchemaRule) -> SpecProblem.Reason {
        rule.culprits != nil && rule.reason == .forbidden ? .notAllowed : .invalidSpec
    }

    private mutating func check(_ value: JSONValue, _ limits: TextLimits, at path: String) {
        guard let text = value.stringValue else {
            expect(limits.values.isEmpty ? "text" : "one of \(Self.list(limits.values))", at: path, not: value)
            return
        }
        if !limits.values.isEmpty {
            guard !limits.values.contains(text) else { return }
            let near = NearestWord.find(text, among: limits.values, within: 2)
            add(path, "must be one of \(Self.list(limits.values))" + (near.map { "; did you mean \($0)?" } ?? ""))
            return
        }
        let length = text.unicodeScalars.count
        if length < limits.minimumLength {
            add(path, length == 0 ? "must not be empty" : "must have at least \(limits.minimumLength) characters")
        } else if length > limits.maximumLength {
            add(path, "must have at most \(limits.maximumLength) characters, and has \(length)")
        } else if let pattern = limits.pattern, !pattern.matches(text) {
            add(path, "must be \(pattern.expectation)")
        }
    }

    private mutating func check(_ value: JSONValue, _ minimum: Int64?, _ maximum: Int64?, at path: String) {
        guard let number = value.intValue.map(Int64.init) else {
            expect("a whole number", at: path, not: value)
            return
        }
        if let minimum, number < minimum { add(path, "must be at least \(minimum), and is \(number)") }
        if let maximum, number > maximum { add(path, "must be at most \(maximum), and is \(number)") }
    }

    private mutating func check(_ value: JSONValue, _ fields: [SchemaField], at path: String, old: JSONValue?) {
        guard let object = value.objectValue else {
            let names = fields.prefix(4).map(\.name).joined(separator: ", ")
            expect("an object with fields such as \(names)", at: path, not: value)
            return
        }
        for field in fields {
            if let member = object[field.name] {
                check(member, field, at: "\(path).\(field.name)", old: old?[field.name])
            } else if field.isRequired {
                add("\(path).\(field.name)", "is missing. \(field.summary)")
            }
        }
        let known = fields.map(\.name)
        for name in object.keys where !known.contains(name) {
            let near = NearestWord.find(name, among: known, within: 2).map { "did you mean \($0)?" }
            add(
                "\(path).\(Self.shown(name))",
                "is no such field; \(near ?? "there are " + known.joined(separator: ", "))"
            )
        }
    }

    private mutating func check(
        _ value: JSONValue,
        _ element: SchemaField,
        _ maximum: Int,
        at path: String,
        old: JSONValue?
    ) {
        guard let object = value.objectValue else {
            expect("an object of names and values", at: path, not: value)
            return
        }
        if object.count > maximum { add(path, "must have at most \(maximum) entries, and has \(object.count)") }
        for (key, member) in object {
            check(member, element, at: "\(path)[\(Self.shown(key))]", old: old?[key])
        }
    }

    private mutating func check(
        _ value: JSONValue,
        _ element: SchemaField,
        _ limits: ListLimits,
        at path: String,
        old: JSONValue?
    ) {
        guard let elements = value.arrayValue else {
            expect("a list", at: path, not: value)
            return
        }
        if elements.count < limits.minimumCount {
            add(path, elements.isEmpty ? "must not be empty" : "must have at least \(limits.minimumCount) elements")
        }
        if elements.count > limits.maximumCount {
            add(path, "must have at most \(limits.maximumCount) elements, and has \(elements.count)")
        }
        var seen: [[JSONValue?]: Int] = [:]
        for (index, member) in elements.enumerated() {
            let place = "\(path)[\(index)]"
            check(member, element, at: place, old: nil)
            let identity: [JSONValue?]
            switch limits.identity {
            case .atomic: continue
            case .set: identity = [member]
            case .map(let names): identity = names.map { member[$0] }
            }
            if let first = seen[identity] {
                add(place, "is the same as \(path)[\(first)]\(Self.words(limits.identity)); keep one of the two")
            } else {
                seen[identity] = index
            }
        }
    }

    private mutating func add(_ path: String, _ message: String) {
        problems.append(SpecProblem(.invalidSpec, path, message))
    }

    /// Values are not shown: a credential may stand where it does not belong.
    private mutating func expect(_ what: String, at path: String, not value: JSONValue) {
        let found =
            switch value {
            case .null: "null"
            case .bool: "a Boolean; write it in quotes when it is meant as text"
            case .integer, .double, .number: "a number; write it in quotes when it is meant as text"
            case .string: "text"
            case .array: "a list"
            case .object: "an object"
            }
        add(path, "must be \(what), and is \(found)")
    }

    private static func words(_ identity: ListLimits.Uniqueness) -> String {
        if case .map(let names) = identity { " in \(names.joined(separator: ", "))" } else { "" }
    }

    private static func list(_ values: [String]) -> String { values.joined(separator: ", ") }

    /// A name as users wrote it, cut so that a message stays a message.
    private static func shown(_ name: String) -> String {
        let printable = name.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7f ? "?" : Character($0) }
        return String(printable) + (name.unicodeScalars.count > 80 ? "…" : "")
    }
}
