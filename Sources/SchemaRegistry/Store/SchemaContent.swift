/// What a schema says, without the names under which it is registered.
///
/// Schemas of the same content share one object, whatever their subjects and numbers are, so that what is made of a
/// schema can be kept by its identity.
package final class SchemaContent: Sendable {
    /// A schema that another one refers to.
    package struct Reference: Sendable, Hashable {
        /// How the other schema names it: a full name in Avro, an import's path in Protobuf, a URL in JSON Schema.
        package let name: String
        /// Its text.
        package let text: String

        /// Creates a reference.
        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// The language that the schema is written in.
    package let kind: SchemaKind
    /// The schema's text.
    package let text: String
    /// The schemas that it refers to, directly and through others: each once, and behind those that it refers to itself.
    package let references: [Reference]
    /// The rules that a reader of the data must apply, such as decryption, as `NAME (TYPE)`; mostly none.
    package let readRules: [String]

    /// Creates a content.
    package init(kind: SchemaKind, text: String, references: [Reference] = [], readRules: [String] = []) {
        self.kind = kind
        self.text = text
        self.references = references
        self.readRules = readRules
    }

    /// Whether another object says the same.
    func says(_ other: SchemaContent) -> Bool {
        kind == other.kind && text == other.text && references == other.references && readRules == other.readRules
    }

    /// A number that is the same for objects that say the same.
    var digest: Int {
        var hasher = Hasher()
        hasher.combine(kind)
        hasher.combine(text)
        hasher.combine(references)
        hasher.combine(readRules)
        return hasher.finalize()
    }
}
