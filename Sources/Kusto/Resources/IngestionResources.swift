internal import HTTP
internal import JSON

/// Where Data Management takes blobs and messages (`.get ingestion resources`).
struct IngestionResources: Sendable, Hashable {
    /// Containers for blobs.
    let containers: [StorageAccount]
    /// Queues for messages.
    let queues: [StorageAccount]

    /// Reads the command's table; unknown kinds of resources are left alone.
    init(_ table: KustoTable, url: String) throws(KustoError) {
        var containers: [SignedURL] = []
        var queues: [SignedURL] = []
        for row in table.rows.indices {
            guard let kind = table[row, "ResourceTypeName"]?.stringValue?.lowercased(),
                let resource = table[row, "StorageRoot"]?.stringValue.flatMap({ SignedURL($0) })
            else { continue }
            switch kind {
            case "tempstorage": containers.append(resource)
            case "securedreadyforaggregationqueue": queues.append(resource)
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
    }
}
