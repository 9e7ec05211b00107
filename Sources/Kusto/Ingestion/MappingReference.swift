/// An ingestion mapping that exists at a table or its database.
package struct MappingReference: Sendable, Hashable {
    /// The mapping's name.
    package let name: String
    /// The mapping's kind with its capitals, such as `Json`.
    package let kind: String

    /// Creates a reference.
    package init(name: String, kind: String) {
        self.name = name
        self.kind = kind
    }

    /// The kind as commands write it; `avro` serves Apache's reader of Avro too (Kusto, "Ingestion mappings").
    package var commandKind: String { kind == "ApacheAvro" ? "avro" : kind.lowercased() }
}
