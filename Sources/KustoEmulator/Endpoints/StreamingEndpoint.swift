internal import FoundationEssentials
internal import JSON

/// Streaming ingestion: rows are in the table when the answer comes.
struct StreamingEndpoint: Sendable {
    /// The cluster.
    let parts: ClusterParts

    /// Ingests a request's body, or the blob that it names.
    func reply(to request: EmulatorRequest) async throws -> EmulatorReply {
        let requestID = request.header("x-ms-client-request-id") ?? ""
        guard request.method == "POST", parts.configuration.streaming.isEnabled else { return .empty(404) }
        let segments = request.path.split(separator: "/").dropFirst(3).map { PercentEncoding.decode($0) }
        guard segments.count == 2 else { return .empty(404) }
        let body: [UInt8]
        do {
            body = try await request.collect(upTo: parts.configuration.streaming.maximumBytes)
        } catch let error as EmulatorError {
            return KustoErrorBody.reply(
                413,
                code: "BadRequest_RequestTooLarge",
                message: "the data is too large for streaming ingestion: \(error.message)",
                isPermanent: true,
                requestID: requestID
            )
        }
        do {
            let properties = try properties(request, database: segments[0], table: segments[1])
            try checkPolicy(properties)
            try checkMapping(properties)
            let ingestor = parts.ingestor
            let blob = request.parameters["sourcekind"] == "uri" ? try blob(named: body) : nil
            let event = FaultEvent(endpoint: .streaming, method: request.method, text: request.path)
            let scan = RejectionScan(parts.faults, event)
            let outcome = try await parts.blocking.run {
                if let blob {
                    return try ingestor.ingest(
                        properties,
                        packing: .init(blobName: blob.name),
                        scan: scan
                    ) { push in try blob.content.forEachChunk(push) }
                }
                // SDKs send Content-Encoding: gzip also for bodies that are not packed, so the first bytes decide.
                let isGzip = body.starts(with: [0x1F, 0x8B])
                return try ingestor.ingest(properties, packing: isGzip ? .gzip : .none, scan: scan) { try $0(body) }
            }
            parts.dataManagement.countStreamed(outcome)
            return accepted
        } catch let failure as IngestionFailure {
            parts.dataManagement.countStreamed(nil)
            return KustoErrorBody.reply(
                failure.code.isPermanent ? 400 : 500,
                code: failure.code.text,
                message: failure.message,
                isPermanent: failure.code.isPermanent,
                requestID: requestID
            )
        }
    }

    private func properties(
        _ request: EmulatorRequest,
        database: String,
        table: String
    ) throws -> SourceProperties {
        let parameters = request.parameters
        let name = parameters["streamformat"] ?? "csv"
        guard let format = DataFormat(name: name) else {
            throw IngestionFailure(.formatNotSupported, "the format '\(name)' is not known")
        }
        var properties = SourceProperties(database: database, table: table, format: format)
        if let mapping = parameters["mappingname"], !mapping.isEmpty { properties.mapping = .reference(mapping) }
        properties.sourceID = UUID().uuidString.lowercased()
        return properties
    }

    private func checkPolicy(_ properties: SourceProperties) throws {
        // An unknown database or table is an error of its own, before the policy.
        _ = try parts.catalog.table(properties.table, in: properties.database)
        guard parts.configuration.streaming.requiresTablePolicy else { return }
        let table = try parts.catalog.policy(
            "streamingingestion",
            of: .table(properties.table),
            in: properties.database
        )
        let inherited = try parts.catalog.policy("streamingingestion", of: .database, in: properties.database)
        let policy = (table ?? inherited).flatMap { try? JSONValue(parsing: $0) }
        guard policy?["IsEnabled"]?.boolValue == true else {
            throw EmulatorError(
                .init("BadRequest_StreamingIngestionPolicyNotEnabled"),
                "Streaming ingestion policy is not enabled on table '\(properties.table)' or its database"
            )
        }
    }

    /// ADX streams some formats through a mapping only (Kusto REST, "Streaming ingestion HTTP request").
    private func checkMapping(_ properties: SourceProperties) throws(IngestionFailure) {
        let needsMapping: Set<DataFormat> = [.json, .multijson, .singlejson, .avro, .apacheavro]
        guard needsMapping.contains(properties.format), properties.mapping == .none else { return }
        throw IngestionFailure(
            .init("BadRequest_MissingMappingtFailure"),
            "streaming ingestion of the format \(properties.format.rawValue) needs a mappingName"
        )
    }

    private func blob(named body: [UInt8]) throws -> (name: String, content: StoredBytes) {
        let url = (try? JSONValue(parsing: body)).map(FoldedMembers.init)?.text("sourceuri") ?? ""
        guard let address = StorageAddress(url: url),
            let container = parts.layout.resource(account: address.account, name: address.name), container.kind == .blob
        else { throw IngestionFailure(.invalidBlobURI, "the source URI is not a blob of this emulator") }
        if case .refused(_, let reason) = parts.access.check(address.parameters, for: container, anyOf: "r") {
            throw IngestionFailure(.downloadForbidden, "the source cannot be read: \(reason)")
        }
        let name = "\(address.account)/\(address.name)/\(address.rest)"
        guard let blob = parts.blobs[name] else { throw IngestionFailure(.sourceNotFound, "there is no such blob") }
        return (name, blob.content)
    }

    private var accepted: EmulatorReply {
        let table = ResultTable(
            columns: [
                Column("ConsumedRecordsCount", .long), Column("UpdatePolicyStatus", .string),
                Column("UpdatePolicyFailureCode", .string), Column("UpdatePolicyFailureReason", .string),
            ],
            rows: [[.integer(0), .string("Inactive"), .string("Unknown"), .null]]
        )
        return EmulatorReply(
            status: 200,
            headers: [("Content-Type", "application/json; charset=utf-8")],
            body: .bytes(ResultEncoding.version1(table))
        )
    }
}
