/// Where the records of a topic go.
package struct TopicMapping: Sendable, Hashable {
    /// How the bytes of a row are written.
    package enum Format: String, Sendable, CaseIterable {
        case json, singlejson, multijson, csv, tsv, scsv, sohsv, psv, txt, tsve, raw, avro, apacheavro, parquet, orc
        case sstream, w3clogfile

        /// The name by which Kusto ingests: the JSON formats go as `multijson`, where an object may span lines.
        package var ingestionName: String { isJSON ? "multijson" : rawValue }

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

        /// Whether a row is a JSON object.
        package var isJSON: Bool { self == .json || self == .singlejson || self == .multijson }

        /// Whether a row is a line of fields with something between them.
        package var isDelimited: Bool { [.csv, .tsv, .scsv, .sohsv, .psv, .tsve, .w3clogfile].contains(self) }

        /// Whether a message is a file of its own, to which nothing may be added.
        package var isBinary: Bool { [.avro, .apacheavro, .parquet, .orc, .sstream].contains(self) }
    }

    /// The topic's name, or `*` for every topic without a mapping of its own.
    package var topic: String
    /// The database.
    package var database: String
    /// The table.
    package var table: String
    /// How rows are written.
    package var format: Format
    /// The name of an ingestion mapping that exists in the table or database.
    package var mapping: String?
    /// Whether batches go by streaming ingestion where they are small enough.
    package var isStreaming: Bool

    /// Whether this is for every topic without a mapping of its own.
    package var isWildcard: Bool { topic == "*" }
}
