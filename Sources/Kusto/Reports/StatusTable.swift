internal import FoundationEssentials
internal import HTTP
internal import JSON

/// Rows of status tables: one for each queued batch (Azure Storage REST, "Insert Entity", "Query Entities", "Delete
/// Entity").
struct StatusTable: Sendable {
    private let wire: Wire
    private let pageRows: Int

    /// Creates a client of status tables.
    /// - Parameter pageRows: How many rows are asked for at a time; the service gives no more than 1,000.
    init(wire: Wire, pageRows: Int = 1000) {
        self.wire = wire
        self.pageRows = pageRows
    }

    /// Adds the row that ADX brings up to date; one that is there already stays, since ADX may have written into it.
    func insert(
        _ request: ReportRequest,
        for blob: UploadedBlob,
        _ properties: IngestionProperties,
        into table: SignedURL
    ) async throws(KustoError) {
        let id = properties.sourceID.uuidString.lowercased()
        var entity: JSONObject = [
            "PartitionKey": .string(request.partitionKey), "RowKey": .string(id), "Status": "Pending",
            "IngestionSourceId": .string(id), "IngestionSourceId@odata.type": "Edm.Guid",
            "IngestionSourcePath": .string(blob.description), "Database": .string(properties.database),
            "Table": .string(properties.table),
            "UpdatedOn": .string(
                wire.clock.date().ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            ),
            "UpdatedOn@odata.type": "Edm.DateTime",
        ]
        for (name, text) in request.properties { entity[name] = .string(text) }
        let response = try await send(
            .post,
            table.revealed(),
            [
                HTTPHeader("Content-Type", "application/json;odata=nometadata"),
                HTTPHeader("Prefer", "return-no-content"),
            ],
            .bytes(JSONValue.object(entity).serialized())
        )
        guard ![201, 204, 409].contains(response.status) else { return }
        throw FailureClassifier.storageFailure(response, leg: .reports, url: table.revealed())
    }

    /// Some rows of a partition, in the order of their keys.
    struct Rows: Sendable {
        var reports: [IngestionReport] = []
        /// The key of the last row that was read; `nil` when there are no more rows.
        var end: String?
    }

    /// Reads rows of a partition, page by page.
    /// - Parameters:
    ///   - isFinal: Whether rows that ADX has not written into are left out.
    ///   - limit: About how many rows are read at most; the others have higher keys than ``Rows/end``.
    ///   - start: The row key that all rows come after; `nil` for all rows.
    func rows(
        of partitionKey: String,
        isFinal: Bool,
        limit: Int,
        after start: String? = nil,
        in table: SignedURL
    ) async throws(KustoError) -> Rows {
        var filter = "PartitionKey eq \(Self.literal(partitionKey))"
        if let start { filter += " and RowKey gt \(Self.literal(start))" }
        if isFinal { filter += " and Status ne 'Pending'" }
        let question = "$filter=\(PercentEncoding.form(filter))&$top=\(pageRows)"
        var found = Rows()
        var count = 0
        var place = ""
        while true {
            let url = table.revealed(suffix: "()", question + place)
            let response = try await send(.get, url)
            guard response.status == 200 else {
                throw FailureClassifier.storageFailure(response, leg: .reports, url: url)
            }
            guard let rows = (try? JSONValue(parsing: response.body))?["value"]?.arrayValue else {
                throw FailureClassifier.unexpected("the answer holds no rows", leg: .reports, url: url)
            }
            found.reports += rows.compactMap { IngestionReport($0, in: table.base) }
            count += rows.count
            guard let next = Self.continuation(response) else { return found }
            let end = rows.last?["RowKey"]?.stringValue
            guard next != place, end.map({ $0 > start ?? "" }) ?? true else {
                throw FailureClassifier.unexpected("the answer names the same page again", leg: .reports, url: url)
            }
            if count >= limit, let end {
                found.end = end
                return found
            }
            place = next
        }
    }

    /// Removes a row; one that is not there is gone already.
    func delete(_ sourceID: UUID, of partitionKey: String, from table: SignedURL) async throws(KustoError) {
        let key = PercentEncoding.form(partitionKey.replacing("'", with: "''"))
        let url = table.revealed(suffix: "(PartitionKey='\(key)',RowKey='\(sourceID.uuidString.lowercased())')")
        let response = try await send(.delete, url, [HTTPHeader("If-Match", "*")])
        let isGone = response.status == 404 && Self.code(of: response) != "TableNotFound"
        guard response.status == 204 || isGone else {
            throw FailureClassifier.storageFailure(response, leg: .reports, url: url)
        }
    }

    private func send(
        _ method: HTTPMethod,
        _ url: String,
        _ headers: [HTTPHeader] = [],
        _ body: HTTPBody = .empty
    ) async throws(KustoError) -> HTTPResponse {
        try await wire.send(
            HTTPRequest(
                method: method,
                url: url,
                headers: wire.storageHeaders() + [
                    HTTPHeader("DataServiceVersion", "3.0;NetFx"), HTTPHeader("MaxDataServiceVersion", "3.0;NetFx"),
                    HTTPHeader("Accept", "application/json;odata=nometadata"),
                ] + headers,
                body: body,
                timeout: .seconds(30),
                stallTimeout: wire.storageStallTimeout,
                // A row has at most 1 MiB, but those of a page together have 4 MiB (Azure Storage, "Query timeout and
                // pagination").
                maximumResponseBytes: 16 << 20
            ),
            leg: .reports
        )
    }

    /// A text as filters have it.
    private static func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// Where the next page begins, as parameters; `nil` after the last one.
    private static func continuation(_ response: HTTPResponse) -> String? {
        guard let partition = response.header("x-ms-continuation-NextPartitionKey") else { return nil }
        var text = "&NextPartitionKey=\(PercentEncoding.form(partition))"
        if let row = response.header("x-ms-continuation-NextRowKey") {
            text += "&NextRowKey=\(PercentEncoding.form(row))"
        }
        return text
    }

    private static func code(of response: HTTPResponse) -> String? {
        response.header("x-ms-error-code")
            ?? (try? JSONValue(parsing: response.body))?["odata.error"]?["code"]?.stringValue
    }
}
