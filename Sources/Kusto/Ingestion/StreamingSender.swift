internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Logging
internal import Text

/// Sends rows to the engine, which has them in the table when it answers (Kusto REST, "Streaming ingestion HTTP request").
struct StreamingSender: Sendable {
    private let engine: Engine
    private let url: String
    private let logger: Logger

    init(_ engine: Engine, url: String, _ logger: Logger) {
        self.engine = engine
        self.url = url
        self.logger = logger
    }

    /// Sends one batch once.
    /// - Parameters:
    ///   - body: The rows.
    ///   - properties: What they are and where they go.
    ///   - isCompressed: Whether the body is gzip.
    ///   - attempt: How often the batch was sent before, for its name in the cluster's logs.
    /// - Throws: ``KustoError``; `streamingUnavailable` and `tooLarge` when queued ingestion may take the rows.
    func send(
        _ body: any HTTPBodySource,
        _ properties: IngestionProperties,
        isCompressed: Bool,
        attempt: Int
    ) async throws(KustoError) {
        let place = address(properties)
        let answer = try await engine.stream(
            .source(body),
            to: place,
            isCompressed: isCompressed,
            requestID:
                "KustoSink.executeManagedStreamingIngest;\(properties.sourceID.uuidString.lowercased());\(attempt)"
        )
        let table = try ResultReader.managementTable(answer, leg: .streaming, url: place)
        reportUpdatePolicy(table, properties)
    }

    /// Database and table stand in the path, so what could be read as something else there is encoded.
    private func address(_ properties: IngestionProperties) -> String {
        var text = "\(url)/v1/rest/ingest/\(PercentEncoding.encoded(properties.database))"
        text +=
            "/\(PercentEncoding.encoded(properties.table))?streamFormat=\(PercentEncoding.encoded(properties.format))"
        if let mapping = properties.mapping { text += "&mappingName=\(PercentEncoding.encoded(mapping.name))" }
        return text
    }

    /// The rows are in the table even if an update policy that feeds another table has failed.
    private func reportUpdatePolicy(_ table: KustoTable, _ properties: IngestionProperties) {
        guard !table.rows.isEmpty, table[0, "UpdatePolicyStatus"]?.stringValue?.lowercased() == "failed" else { return }
        logger.warning(
            "rows were streamed into a table, but its update policy failed, so the tables that it feeds lack them",
            [
                "kusto.table": "\(properties.database).\(properties.table)",
                "batch.source_id": properties.sourceID.uuidString.lowercased(),
                "error.code": table[0, "UpdatePolicyFailureCode"]?.stringValue ?? "",
                "error": table[0, "UpdatePolicyFailureReason"]?.stringValue ?? "",
            ]
        )
    }
}
