/// Every property there is: reading, checking, printing and documenting all go by this one table.
package enum PropertyTable {
    /// All definitions, by group.
    package static let all: [PropertyDefinition] =
        connector + kusto + routing + converters + schemaRegistries + batching + errors + deadLetters + clients
        + process

    private static let byName: [String: PropertyDefinition] = {
        var definitions: [String: PropertyDefinition] = [:]
        for definition in all {
            for name in definition.names {
                precondition(definitions[name] == nil, "\(name) is defined twice")
                definitions[name] = definition
            }
        }
        return definitions
    }()

    /// Beginnings of names that are handed on to a client or a converter, so that anything may follow.
    static let openPrefixes = [
        "consumer.", "producer.", "errors.deadletterqueue.", "misc.deadletterqueue.", "key.converter.",
        "value.converter.",
    ]

    /// The definition of the property called `name`, or `nil`.
    package static subscript(name: String) -> PropertyDefinition? { byName[name] }

    /// The definition of a property that the code knows to exist.
    static func definition(of name: String) -> PropertyDefinition {
        guard let definition = byName[name] else { preconditionFailure("\(name) is not in the property table") }
        return definition
    }
}
