/// The formats that can be ingested, by their names on the wire.
package enum DataFormat: String, Sendable, CaseIterable {
    case csv, tsv, psv, scsv, sohsv, tsve, txt, raw, json, multijson, singlejson
    case avro, apacheavro, parquet, orc, sstream, w3clogfile

    /// Reads a format's name in any letter case; `nil` for a name that ADX does not know.
    init?(name: String) { self.init(rawValue: name.lowercased()) }

    /// The kind of ingestion mapping that fits.
    var mappingKind: MappingKind {
        switch self {
        case .csv, .tsv, .psv, .scsv, .sohsv, .tsve, .txt, .raw: .csv
        case .json, .multijson, .singlejson: .json
        case .avro, .apacheavro: .avro
        case .parquet: .parquet
        case .orc: .orc
        case .sstream: .sstream
        case .w3clogfile: .w3clogfile
        }
    }

    /// Whether the emulator reads rows out of it; the others are stored as they came and counted.
    ///
    /// Parquet, ORC and SStream need libraries of their own, and W3C logs no sink writes.
    var isParsed: Bool { mappingKind == .csv || mappingKind == .json || mappingKind == .avro }

    /// How records are separated and quoted; `nil` for what is not delimited text.
    var dialect: DelimitedDialect? {
        switch self {
        case .csv: DelimitedDialect(delimiter: 0x2C, isQuoted: true)
        case .tsv: DelimitedDialect(delimiter: 0x09, isQuoted: true)
        case .psv: DelimitedDialect(delimiter: 0x7C, isQuoted: true)
        case .scsv: DelimitedDialect(delimiter: 0x3B, isQuoted: true)
        case .sohsv: DelimitedDialect(delimiter: 0x01, isQuoted: true)
        case .tsve: DelimitedDialect(delimiter: 0x09, isEscaped: true)
        case .txt: DelimitedDialect(delimiter: nil)
        default: nil
        }
    }
}
