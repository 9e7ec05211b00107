/// The kinds of ingestion mappings.
package enum MappingKind: String, Sendable, CaseIterable {
    case csv, json, avro, parquet, orc, sstream, w3clogfile

    /// Reads a kind as management commands name it, in any letter case.
    ///
    /// Kusto, ".create ingestion mapping command" and ".show ingestion mapping command", know `csv`, `json`, `avro`,
    /// `parquet`, `orc` and `w3clogfile`; `avro` serves the format `apacheavro` too.
    init?(commandName: String) {
        guard let kind = MappingKind(rawValue: commandName.lowercased()), kind != .sstream else { return nil }
        self = kind
    }

    /// Reads the `ingestionMappingType` of a queue message, where letter case matters.
    init?(messageName: String) {
        if messageName == "ApacheAvro" {
            self = .avro
        } else if let kind = Self.allCases.first(where: { $0.displayName == messageName }) {
            self = kind
        } else {
            return nil
        }
    }

    /// The kinds that management commands know, for error messages.
    static let commandNames = allCases.filter { $0 != .sstream }.map(\.rawValue).joined(separator: ", ")

    /// The kinds that queue messages know, for error messages.
    static let messageNames = (allCases.map(\.displayName) + ["ApacheAvro"]).joined(separator: ", ")

    /// The kind as `.show ingestion mappings` and queue messages write it.
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
