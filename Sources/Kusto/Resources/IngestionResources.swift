internal import FoundationEssentials
internal import HTTP
internal import JSON

/// Where Data Management takes blobs and messages (`.get ingestion resources`).
struct IngestionResources: Sendable, Hashable {
    /// Containers for blobs.
    let containers: [StorageAccount]
    /// Queues for messages.
    let queues: [StorageAccount]
    /// Tables for the rows that say what became of batches.
    let statusTables: [StorageAccount]

    /// Reads the command's table; unknown kinds of resources are left alone.
    /// - Parameters:
    ///   - table: What the command answered.
    ///   - url: Where it was asked.
    ///   - issued: When it was asked.
    init(_ table: KustoTable, url: String, issued: Date) throws(KustoError) {
        var containers: [SignedURL] = []
        var queues: [SignedURL] = []
        var statusTables: [SignedURL] = []
        for row in table.rows.indices {
            guard let kind = table[row, "ResourceTypeName"]?.stringValue?.lowercased(),
                let root = table[row, "StorageRoot"]?.stringValue
            else { continue }
            switch kind {
            case "tempstorage":
                // ADX reads the blobs with the same signature.
                SignedURL(root, issued: issued, need: SignatureLife.forReading).map { containers.append($0) }
            case "securedreadyforaggregationqueue":
                SignedURL(root, issued: issued, need: SignatureLife.forPosting).map { queues.append($0) }
            case "ingestionsstatustable":
                // ADX writes into the row with the same signature, as late as it may read the blob.
                SignedURL(root, issued: issued, need: SignatureLife.forReading).map { statusTables.append($0) }
            default: continue
            }
        }
        guard !containers.isEmpty, !queues.isEmpty else {
            throw FailureClassifier.unexpected(
                "'.get ingestion resources' names \(containers.count) containers and \(queues.count) queues",
                leg: .resources,
                url: url
            )
        }
        self.containers = StorageAccount.grouping(containers)
        self.queues = StorageAccount.grouping(queues)
        self.statusTables = StorageAccount.grouping(statusTables)
    }
}
