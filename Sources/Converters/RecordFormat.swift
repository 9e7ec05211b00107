/// How Azure Data Explorer reads a file of rows.
package struct RecordFormat: Sendable, Hashable, CustomStringConvertible {
    private static let binary: Set<String> = ["avro", "apacheavro", "parquet", "orc", "sstream"]
    private static let text: Set<String> = [
        "csv", "json", "multijson", "psv", "raw", "scsv", "singlejson", "sohsv", "tsv", "tsve", "txt", "w3clogfile",
    ]

    /// The format's name in lower case, as ingestion messages have it.
    package let name: String
    /// Whether a file of this format has a structure of its own, so that messages cannot be joined by newlines.
    package let isBinary: Bool

    /// Reads a format's name; case does not matter.
    /// - Throws: ``ConverterError`` with `unsupported` for a name that Azure Data Explorer does not know.
    package init(_ name: String) throws(ConverterError) {
        let name = name.lowercased()
        guard Self.binary.contains(name) || Self.text.contains(name) else {
            throw ConverterError(
                .unsupported,
                "format=\(name) is not known, use one of \(Self.names)",
                exceptionClass: ConverterError.configException
            )
        }
        self.name = name
        isBinary = Self.binary.contains(name)
    }

    /// The format's name.
    package var description: String { name }

    private static var names: String { binary.union(text).sorted().joined(separator: ", ") }
}
