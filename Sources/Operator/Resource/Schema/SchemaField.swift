package import JSON

/// One row of the table that describes the resource: a field, what it is for and what it may hold.
package struct SchemaField: Sendable {
    /// The field's name in the resource; `[]` for the element of a list and `{}` for the value of a map.
    package var name: String
    /// What the field is for, in whole sentences, as users read it.
    package var summary: String
    /// What it may hold.
    package var shape: SchemaShape
    /// Whether it must be there.
    package var isRequired = false
    /// What the API server writes when the field is left out.
    package var defaultValue: JSONValue?
    /// The shortest and the longest time that a ``SchemaShape/duration`` may be, which one of its rules says too.
    package var times: ClosedRange<Duration>?
    /// Conditions on the value that types and limits cannot express.
    package var rules: [SchemaRule] = []

    /// Creates a row.
    package init(_ name: String, _ summary: String, _ shape: SchemaShape) {
        self.name = name
        self.summary = summary
        self.shape = shape
    }

    /// The same field, which must be there.
    package var required: SchemaField {
        var field = self
        field.isRequired = true
        return field
    }

    /// The same field with a default that the API server writes.
    package func defaulting(to value: JSONValue) -> SchemaField {
        var field = self
        field.defaultValue = value
        return field
    }

    /// The same field with further rules.
    package func ruled(_ rules: SchemaRule...) -> SchemaField {
        var field = self
        field.rules += rules
        return field
    }

    /// The rules of the row, and the one that the keys of a map lead to: a schema cannot say what keys may be.
    package var allRules: [SchemaRule] {
        guard case .map(_, let keys, _) = shape, let pattern = keys.pattern else { return rules }
        let keysAreRight = SchemaRule.eachName(
            "k.size() <= \(keys.maximumLength) && k.matches(r'\(pattern.expression)')",
            "must have names of at most \(keys.maximumLength) characters, each \(pattern.expectation)"
        ) { $0.unicodeScalars.count <= keys.maximumLength && pattern.matches($0) }
        return [keysAreRight] + rules
    }

    /// The fields of an object, else none.
    package var fields: [SchemaField] {
        if case .object(let fields) = shape { fields } else { [] }
    }
}
