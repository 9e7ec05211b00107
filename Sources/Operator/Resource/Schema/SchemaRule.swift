package import JSON

/// A condition on a value: once in CEL for the API server, and once in Swift for the operator, which may meet objects
/// that no server with this rule has checked.
package struct SchemaRule: Sendable {
    /// What kind of mistake a broken rule is, as the API server names it.
    package enum Reason: String, Sendable, CaseIterable {
        case invalid = "FieldValueInvalid"
        case forbidden = "FieldValueForbidden"
        case required = "FieldValueRequired"
        case duplicate = "FieldValueDuplicate"
    }

    /// The rule in CEL, in which `self` is the field's value.
    package let expression: String
    /// What is expected and what to do, as a sentence without a final dot.
    package let message: String
    /// What kind of mistake it is.
    package let reason: Reason
    /// The field below this one that is to blame, such as `.groupId`; `nil` for this one.
    package let fieldPath: String?
    /// The rule in Swift: whether a value of the right type and limits keeps it, given the value before the change,
    /// which is `nil` when the object is new or the earlier one is not known.
    package let isKept: @Sendable (_ value: JSONValue, _ old: JSONValue?) -> Bool

    /// For a rule about each name of a map, the names that break it, and what to do about each.
    private(set) var culprits: (@Sendable (_ value: JSONValue) -> [(name: String, advice: String)])?

    /// Creates a rule about each name of a map.
    /// - Parameters:
    ///   - expression: The rule in CEL, in which `k` is a name.
    ///   - advice: What to do about a name that breaks the rule, to follow the message; empty for nothing special.
    ///   - isKept: The rule in Swift.
    package static func eachName(
        _ expression: String,
        _ message: String,
        _ reason: Reason = .invalid,
        advice: @escaping @Sendable (String) -> String = { _ in "" },
        isKept: @escaping @Sendable (String) -> Bool
    ) -> SchemaRule {
        var rule = SchemaRule("self.all(k, \(expression))", message, reason) { map in
            (map.objectValue ?? [:]).allSatisfy { isKept($0.key) }
        }
        rule.culprits = { map in
            (map.objectValue ?? [:]).compactMap { isKept($0.key) ? nil : ($0.key, advice($0.key)) }
        }
        return rule
    }

    /// Creates a rule about one value.
    package init(
        _ expression: String,
        _ message: String,
        _ reason: Reason = .invalid,
        at fieldPath: String? = nil,
        isKept: @escaping @Sendable (_ value: JSONValue) -> Bool
    ) {
        self.init(expression, message, reason, at: fieldPath, isKeptByChange: { value, _ in isKept(value) })
    }

    /// Creates a rule about a change; in CEL, `oldSelf` is the value before it.
    package init(
        _ expression: String,
        _ message: String,
        _ reason: Reason = .invalid,
        at fieldPath: String? = nil,
        isKeptByChange: @escaping @Sendable (_ value: JSONValue, _ old: JSONValue?) -> Bool
    ) {
        self.expression = expression
        self.message = message
        self.reason = reason
        self.fieldPath = fieldPath
        isKept = isKeptByChange
    }
}
