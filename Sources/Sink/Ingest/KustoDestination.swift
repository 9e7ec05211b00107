internal import FoundationEssentials
package import Kusto
internal import SinkConfiguration

/// ADX's queued ingestion: the blob into storage, the message into the queue.
package struct KustoDestination: BatchDestination {
    package let executor: (any TaskExecutor)?
    private let client: KustoClient

    /// Creates a destination over a client.
    /// - Parameter executor: Where the client's answers come in.
    package init(client: KustoClient, executor: (any TaskExecutor)?) {
        self.client = client
        self.executor = executor
    }

    package func upload(_ batch: SealedBatch) async throws(KustoError) -> UploadedBlob {
        try await client.upload(batch.body, name: Self.blobName(of: batch))
    }

    package func enqueue(_ blob: UploadedBlob, of batch: SealedBatch) async throws(KustoError) {
        let route = batch.route
        try await client.enqueue(
            blob,
            IngestionProperties(
                database: route.database,
                table: route.table,
                format: route.format.ingestionName,
                mapping: route.mapping.map { .init(name: $0, kind: route.format.mappingKind) },
                rawBytes: batch.rawBytes,
                sourceID: batch.sourceID
            )
        )
    }

    /// Database, table, where the rows come from, and the batch's name; the extension tells ADX how they are compressed.
    static func blobName(of batch: SealedBatch) -> String {
        let name = [batch.route.database, batch.route.table, batch.fileName, batch.sourceID.uuidString.lowercased()]
            .map { $0.utf8.contains(UInt8(ascii: "/")) ? $0.replacing("/", with: "_") : $0 }.joined(separator: "__")
        return name + "." + batch.route.format.rawValue + (batch.route.isCompressed ? ".gz" : "")
    }
}
