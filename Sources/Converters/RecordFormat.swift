/// How Azure Data Explorer reads a file of rows.
package struct RecordFormat: Sendable, Hashable, CustomStringConvertible {
    /// What a file is made of.
    enum Structure: Sendable, Hashable {
        /// Objects and arrays of objects, with white space between them.
        case json
        /// Lines of fields, which may stand in quotes (RFC 4180), with this byte between them.
        case quotedFields(separator: UInt8)
        /// Lines; every line break ends one.
        case lines
        /// One text, its line ends included.
        case wholeText
        /// A layout of the format's own, so that messages cannot be joined by newlines.
        case binary
    }

    private static let structures: [String: Structure] = [
        "json": .json, "multijson": .json, "singlejson": .json,
        "csv": .quotedFields(separator: UInt8(ascii: ",")), "tsv": .quotedFields(separator: UInt8(ascii: "\t")),
        "psv": .quotedFields(separator: UInt8(ascii: "|")), "scsv": .quotedFields(separator: UInt8(ascii: ";")),
        "sohsv": .quotedFields(separator: 0x01),
        "tsve": .lines, "txt": .lines, "w3clogfile": .lines,
        "raw": .wholeText,
        "avro": .binary, "apacheavro": .binary, "parquet": .binary, "orc": .binary, "sstream": .binary,
    ]

    /// The format's name in lower case, as ingestion messages have it.
    package let name: String
    let structure: Structure

    /// Whether a message is a file of its own, byte for byte, to which nothing may be added.
    package var holdsOneMessage: Bool { structure == .wholeText || structure == .binary }

    /// Reads a format's name; case does not matter.
    /// - Throws: ``ConverterError`` with `unsupported` for a name that Azure Data Explorer does not know.
    package init(_ name: String) throws(ConverterError) {
        let name = name.lowercased()
        guard let structure = Self.structures[name] else {
            let names = Self.structures.keys.sorted().joined(separator: ", ")
            throw ConverterError(
                .unsupported,
                "format=\(name) is not known, use one of \(names)",
                exceptionClass: ConverterError.configException
            )
        }
        self.name = name
        self.structure = structure
    }

    /// The format's name.
    package var description: String { name }
}
