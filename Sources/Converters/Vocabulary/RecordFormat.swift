/// A format of Azure Data Explorer, in which rows are written.
package enum RecordFormat: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case json, singlejson, multijson, csv, tsv, scsv, sohsv, psv, txt, tsve, raw, avro, apacheavro, parquet, orc
    case sstream, w3clogfile

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

    /// Reads a format's name; case does not matter.
    /// - Throws: ``ConverterError`` with `unsupported` for a name that Azure Data Explorer does not know.
    package init(_ name: String) throws(ConverterError) {
        guard let format = RecordFormat(rawValue: name.lowercased()) else {
            let names = Self.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            throw .configuration("format=\(name.lowercased()) is not known, use one of \(names)")
        }
        self = format
    }

    /// The name by which ADX ingests: the JSON formats go as `multijson`, where an object may span lines.
    package var ingestionName: String { structure == .json ? RecordFormat.multijson.rawValue : rawValue }

    /// The kind that an ingestion mapping for this format must have.
    package var mappingKind: String {
        switch self {
        case .json, .singlejson, .multijson: "Json"
        case .csv, .tsv, .scsv, .sohsv, .psv, .txt, .tsve, .raw: "Csv"
        case .avro: "Avro"
        case .apacheavro: "ApacheAvro"
        case .parquet: "Parquet"
        case .orc: "Orc"
        case .sstream: "SStream"
        case .w3clogfile: "W3CLogFile"
        }
    }

    /// Whether a file has a layout of the format's own, which ADX's SDKs send as it is, without gzip.
    package var isBinary: Bool { structure == .binary }

    /// Whether a row is a line of fields with something between them.
    package var isDelimited: Bool {
        if case .quotedFields = structure { return true }
        return self == .tsve || self == .w3clogfile
    }

    /// What a file of this format is made of.
    var structure: Structure {
        switch self {
        case .json, .singlejson, .multijson: .json
        case .csv: .quotedFields(separator: UInt8(ascii: ","))
        case .tsv: .quotedFields(separator: UInt8(ascii: "\t"))
        case .psv: .quotedFields(separator: UInt8(ascii: "|"))
        case .scsv: .quotedFields(separator: UInt8(ascii: ";"))
        case .sohsv: .quotedFields(separator: 0x01)
        case .tsve, .txt, .w3clogfile: .lines
        case .raw: .wholeText
        case .avro, .apacheavro, .parquet, .orc, .sstream: .binary
        }
    }

    /// The format's name.
    package var description: String { rawValue }
}
