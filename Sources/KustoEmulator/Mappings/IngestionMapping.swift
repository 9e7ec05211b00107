internal import JSON

/// A named or inline ingestion mapping.
struct IngestionMapping: Sendable {
    /// Its name; empty when inline.
    let name: String
    /// The formats it is for.
    let kind: MappingKind
    /// The mapping's JSON as it was given.
    let text: String
    /// Its columns.
    let elements: [MappingElement]

    /// Reads a mapping's JSON array.
    /// - Throws: ``EmulatorError`` with `invalidMapping`.
    init(name: String, kind: MappingKind, text: String) throws(EmulatorError) {
        self.name = name
        self.kind = kind
        self.text = text
        guard let elements = (try? JSONValue(parsing: text))?.arrayValue, !elements.isEmpty else {
            throw EmulatorError(.invalidMapping, "the mapping '\(name)' is not a JSON array of columns")
        }
        var read: [MappingElement] = []
        for (position, element) in elements.enumerated() {
            read.append(try MappingElement(element, kind: kind, position: position))
        }
        self.elements = read
    }
}
