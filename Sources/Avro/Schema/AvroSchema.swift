internal import JSON

/// An Avro schema, as the specification 1.12 has it.
package struct AvroSchema: Sendable, Hashable {
    /// How many types may be nested in each other, those of references included.
    package static let maximumDepth = 128

    /// The schema as one JSON text that needs no other: types of references are defined where they are used first.
    ///
    /// Docs, defaults, aliases, logical types and attributes that Avro does not know are kept.
    package let text: String
    /// Equal for schemas with equal ``text``, and for no others.
    package let fingerprint: AvroFingerprint
    /// All types; the root is one of them.
    let types: [AvroType]
    /// The place of the type of a whole datum.
    let root: Int

    /// Reads a schema.
    /// - Parameters:
    ///   - text: The schema's JSON.
    ///   - references: Schemas whose named types `text` uses; one that uses another stands behind it.
    /// - Throws: ``AvroError`` that says which of the texts is wrong, and where in it.
    package init(parsing text: String, references: [String] = []) throws(AvroError) {
        var parser = AvroSchemaParser()
        for (number, reference) in references.enumerated() {
            do { _ = try parser.parse(text: reference) } catch {
                throw AvroError(error.code, "reference \(number + 1) of \(references.count): \(error.message)")
            }
        }
        root = try parser.parse(text: text)
        types = parser.types
        var writer = AvroSchemaWriter(types)
        self.text = try writer.json(root).text
        fingerprint = AvroFingerprint(self.text)
    }

    /// The kind of a whole datum; of a union of one type, or of one and null, that type's.
    package var rootKind: AvroKind { types[unwrapped(root)].kind }

    /// The names of the fields of a record, or of a record or null, in the schema's order; else `nil`.
    package var fieldNames: [String]? { rootFields?.map(\.name) }

    /// The fields of a record, or of a record or null; else `nil`.
    var rootFields: [AvroType.Field]? {
        guard case .record(let fields) = types[unwrapped(root)].shape else { return nil }
        return fields
    }

    /// The place of the one type that is not null of a union that has only one; else the place itself.
    private func unwrapped(_ index: Int) -> Int {
        guard case .union(let branches) = types[index].shape, branches.count <= 2 else { return index }
        let others = branches.filter { types[$0].kind != .null }
        return others.count == 1 ? others[0] : index
    }

    package static func == (left: AvroSchema, right: AvroSchema) -> Bool { left.fingerprint == right.fingerprint }
    package func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}
