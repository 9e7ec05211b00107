internal import FoundationEssentials
internal import JSON

/// Where the row is that says what became of a batch.
struct StatusRow: Sendable {
    let table: SignedURL
    let request: ReportRequest

    /// The row as an ingestion message names it; it holds the table's signature.
    func reference(_ sourceID: UUID) -> JSONValue {
        [
            "TableConnectionString": .string(table.revealed()), "PartitionKey": .string(request.partitionKey),
            "RowKey": .string(sourceID.uuidString.lowercased()),
        ]
    }
}
