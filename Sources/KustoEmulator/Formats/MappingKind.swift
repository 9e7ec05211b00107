/// The kinds of ingestion mappings.
package enum MappingKind: String, Sendable, CaseIterable {
    case csv, json, avro, parquet, orc, sstream, w3clogfile

    /// Reads a kind in any letter case; names of formats stand for the kind that fits them.
    init?(name: String) {
        if let kind = MappingKind(rawValue: name.lowercased()) {
            self = kind
        } else if let format = DataFormat(name: name) {
            self = format.mappingKind
        } else {
            return nil
        }
    }

    /// The kind as `.show ingestion mappings` writes it.
    var displayName: String {
        switch self {
        case .csv: "Csv"
        case .json: "Json"
        case .avro: "Avro"
        case .parquet: "Parquet"
        case .orc: "Orc"
        case .sstream: "SStream"
        case .w3clogfile: "W3CLogFile"
        }
    }
}
