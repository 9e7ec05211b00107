internal import Converters
internal import FoundationEssentials
package import Kusto
internal import SinkConfiguration

/// ADX's ingestion: queued, the blob into storage and the message into the queue, or streamed where that is asked for.
package struct KustoDestination: BatchDestination {
    package let executor: (any TaskExecutor)?
    private let client: KustoClient
    private let reports: ReportKey?

    /// Creates a destination over a client.
    /// - Parameters:
    ///   - executor: Where the client's answers come in.
    ///   - reports: Where ADX is to report what becomes of queued batches; `nil` for nowhere.
    package init(client: KustoClient, executor: (any TaskExecutor)?, reports: ReportKey? = nil) {
        self.client = client
        self.executor = executor
        self.reports = reports
    }

    package func deliver(
        _ batch: SealedBatch,
        from checkpoint: inout DeliveryCheckpoint
    ) async throws(KustoError) {
        switch batch.path {
        case .queued: try await deliverQueued(batch, from: &checkpoint)
        case .streaming:
            if checkpoint.blob == nil, try await stream(batch) { return }
            try await deliverQueued(batch, from: &checkpoint)
        }
    }

    /// Returns whether ADX has the rows; else the batch is to be queued.
    private func stream(_ batch: SealedBatch) async throws(KustoError) -> Bool {
        try await client.stream(
            batch.body,
            Self.properties(of: batch),
            isCompressed: batch.route.isCompressed
        ) { !batch.isAbandoned }
    }

    /// Uploads the blob, unless there is one that ADX can still read in time, and posts its message.
    private func deliverQueued(_ batch: SealedBatch, from checkpoint: inout DeliveryCheckpoint) async throws(KustoError)
    {
        let blob: UploadedBlob
        if let uploaded = checkpoint.blob, client.mayPost(uploaded) || PlantedFault.staleURL.isPlanted {
            blob = uploaded
        } else {
            checkpoint.blob = nil
            blob = try await client.upload(batch.body, name: Self.blobName(of: batch)) { !batch.isAbandoned }
            checkpoint.blob = blob
        }
        // Somebody waits for what becomes of a part of a refused batch.
        let properties = Self.properties(of: batch, isUrgent: batch.partOf != nil && reports != nil)
        try await client.enqueue(blob, properties, report: reports?.request(for: batch)) { !batch.isAbandoned }
        checkpoint.isReported = reports != nil
    }

    private static func properties(of batch: SealedBatch, isUrgent: Bool = false) -> IngestionProperties {
        let route = batch.route
        return IngestionProperties(
            database: route.database,
            table: route.table,
            format: route.format.ingestionName,
            mapping: route.mapping.map { .init(name: $0, kind: route.format.mappingKind) },
            rawBytes: batch.rawBytes,
            sourceID: batch.sourceID,
            flushesImmediately: isUrgent
        )
    }

    /// How many bytes of a part of a blob's name are kept: a name has 1,024 characters at most (Azure Storage, "Naming and
    /// referencing containers, blobs, and metadata"), and the batch's own name in it makes it unique.
    private static let partBytes = 300

    /// Database, table, where the rows come from, and the batch's name; the extension tells ADX how they are compressed.
    static func blobName(of batch: SealedBatch) -> String {
        let name = [batch.route.database, batch.route.table, batch.fileName, batch.sourceID.uuidString.lowercased()]
            .map { part in
                let part = shortened(part)
                return part.utf8.contains(UInt8(ascii: "/")) ? part.replacing("/", with: "_") : part
            }.joined(separator: "__")
        return name + "." + batch.route.format.rawValue + (batch.route.isCompressed ? ".gz" : "")
    }

    private static func shortened(_ part: String) -> String {
        guard part.utf8.count > partBytes else { return part }
        var bytes = 0
        let scalars = part.unicodeScalars.prefix { scalar in
            bytes += UTF8.width(scalar)
            return bytes <= partBytes
        }
        return String(scalars)
    }
}
