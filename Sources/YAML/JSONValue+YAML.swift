package import JSON

extension JSONValue {
    /// Parses a stream of exactly one YAML document.
    /// - Throws: ``YAMLError`` when the text is not YAML, has no counterpart in JSON, or is more than one document.
    package init(parsingYAML text: String, scalars: YAMLScalars = .typed) throws(YAMLError) {
        let documents = try Self.yamlDocuments(in: text, scalars: scalars)
        guard documents.count <= 1 else {
            throw YAMLError(code: .unsupported, reason: "more than one document", line: 1)
        }
        self = documents.first ?? .null
    }

    /// Returns the documents of a YAML stream.
    /// - Throws: ``YAMLError`` when the text is not YAML or has no counterpart in JSON.
    package static func yamlDocuments(
        in text: String,
        scalars: YAMLScalars = .typed
    ) throws(YAMLError) -> [JSONValue] {
        try yamlDocuments(in: Array(text.utf8), scalars: scalars)
    }

    /// Returns the documents of a YAML stream in UTF-8.
    /// - Throws: ``YAMLError`` when the bytes are not YAML or have no counterpart in JSON.
    package static func yamlDocuments(
        in bytes: [UInt8],
        scalars: YAMLScalars = .typed
    ) throws(YAMLError) -> [JSONValue] {
        var composer = YAMLComposer(bytes, scalars: scalars)
        return try composer.documents()
    }

    /// The value as one YAML document in block style, without document marks.
    package var yaml: String { YAMLEmitter.text(of: self) }
}
