/// A schema as a registry gives it.
package struct RegisteredSchema: Sendable {
    /// What was asked for.
    package let key: SchemaKey
    /// What the schema says; one object for all schemas that say the same.
    package let content: SchemaContent

    /// Creates a schema.
    package init(key: SchemaKey, content: SchemaContent) {
        self.key = key
        self.content = content
    }

    /// The language that the schema is written in.
    package var kind: SchemaKind { content.kind }
    /// The schema's text.
    package var text: String { content.text }
    /// The schemas that it refers to: each once, and behind those that it refers to itself.
    package var references: [SchemaContent.Reference] { content.references }
    /// Whether a reader of the data must apply rules, such as decryption, before it can be used.
    package var hasReadRules: Bool { !content.readRules.isEmpty }
}
