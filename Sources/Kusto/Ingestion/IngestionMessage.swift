internal import FoundationEssentials
internal import JSON

/// The message that makes Data Management ingest a blob (Kusto, "Ingestion without the SDK", ingestion message format).
struct IngestionMessage {
    let blob: UploadedBlob
    let properties: IngestionProperties
    let identityToken: String
    let created: Date
    let application: String
    /// Where ADX is to write down what became of the batch, if anywhere.
    var status: StatusRow?

    /// The message as JSON; it holds the blob's signature and the identity token.
    func serialized() -> [UInt8] {
        var message: JSONObject = [
            "Id": .string(properties.sourceID.uuidString.lowercased()),
            "BlobPath": .string(blob.url.revealed()),
            "RawDataSize": .integer(Int64(properties.rawBytes)),
            "DatabaseName": .string(properties.database),
            "TableName": .string(properties.table),
            // ADX's containers delete old blobs by themselves; a blob that is still there helps to find out what went wrong.
            "RetainBlobOnSuccess": true,
            "FlushImmediately": .bool(properties.flushesImmediately),
            "IgnoreSizeLimit": false,
            "ReportLevel": .integer(Int64(status?.request.level.rawValue ?? 0)),
            // To the failures queue, which is the cluster's, or into the row.
            "ReportMethod": status == nil ? 0 : 1,
            "SourceMessageCreationTime": .string(
                created.ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            ),
            "ApplicationForTracing": .string(application),
            "AdditionalProperties": .object(additional),
        ]
        if let status { message["IngestionStatusInTable"] = status.reference(properties.sourceID) }
        return JSONValue.object(message).serialized()
    }

    private var additional: JSONObject {
        var additional: JSONObject = [
            "authorizationContext": .string(identityToken),
            "format": .string(properties.format),
        ]
        if let mapping = properties.mapping {
            additional["ingestionMappingReference"] = .string(mapping.name)
            additional["ingestionMappingType"] = .string(mapping.kind)
        }
        return additional
    }
}
