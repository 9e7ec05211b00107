internal import FoundationEssentials
internal import HTTP
internal import Identity
internal import JSON

/// Where Data Management takes blobs and messages (`.get ingestion resources`).
struct IngestionResources: Sendable, Hashable {
    /// Containers for blobs.
    let containers: [StorageAccount]
    /// Queues for messages.
    let queues: [StorageAccount]
    /// Tables for the rows that say what became of batches.
    let statusTables: [StorageAccount]
    /// What was named and is not used, since it is no storage of the cluster's cloud; in order, each once.
    let refusals: [String]

    /// Reads the command's table; unknown kinds of resources are left alone.
    ///
    /// An address that is not in the cluster's cloud is passed over, so that neither data nor signatures go there.
    /// - Parameters:
    ///   - table: What the command answered.
    ///   - url: Where it was asked.
    ///   - trust: Where data may be sent.
    ///   - issued: When it was asked.
    init(_ table: KustoTable, url: String, trust: TrustedEndpoints, issued: Date) throws(KustoError) {
        guard let cluster = try? EndpointURL(url) else {
            throw FailureClassifier.unexpected("the URL is none", leg: .resources, url: url)
        }
        var refusals: [String] = []
        var isForeign = false
        func read(_ root: String, need: TimeInterval) -> [SignedURL] {
            let place = String(root.prefix { $0 != "?" })
            let refusal = trust.refusal(ofStorage: place, for: cluster)
            if refusal == nil, let url = SignedURL(root, issued: issued, need: need) { return [url] }
            let text = refusal ?? "an address without a signature"
            if !refusals.contains(text) { refusals.append(text) }
            isForeign = isForeign || refusal != nil
            return []
        }
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
                containers += read(root, need: SignatureLife.forReading)
            case "securedreadyforaggregationqueue":
                queues += read(root, need: SignatureLife.forPosting)
            case "ingestionsstatustable":
                // ADX writes into the row with the same signature, as late as it may read the blob.
                statusTables += read(root, need: SignatureLife.forReading)
            default: continue
            }
        }
        guard !isForeign || (!containers.isEmpty && !queues.isEmpty) else {
            throw KustoError(
                .untrustedEndpoint,
                "\(KustoLeg.resources) at \(HTTPError.withoutQuery(url)): '.get ingestion resources' names storage outside of "
                    + "the cluster's cloud, \(refusals.joined(separator: ", ")); nothing is sent there, check "
                    + "kusto.ingestion.url, or add the hosts to kusto.endpoint.trust if data may be sent to them",
                leg: .resources,
                disposition: .stop
            )
        }
        guard !containers.isEmpty, !queues.isEmpty else {
            throw FailureClassifier.unexpected(
                "'.get ingestion resources' names \(containers.count) containers and \(queues.count) queues",
                leg: .resources,
                url: url
            )
        }
        self.refusals = refusals
        self.containers = StorageAccount.grouping(containers)
        self.queues = StorageAccount.grouping(queues)
        self.statusTables = StorageAccount.grouping(statusTables)
    }
}
