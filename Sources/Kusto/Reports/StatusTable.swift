internal import FoundationEssentials
internal import HTTP
internal import JSON
internal import Text

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
            "UpdatedOn": .string(Self.text(wire.clock.date())),
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
        var found = Rows()
        var count = 0
        var place: String?
        while true {
            let page = try await page(of: filter, at: place, in: table)
            found.reports += page.rows.compactMap { IngestionReport($0, in: table.base) }
            count += page.rows.count
            guard let next = page.next else { return found }
            let end = page.rows.last?["RowKey"]?.stringValue
            guard end.map({ $0 > start ?? "" }) ?? true else { throw Self.turnsInCircles(table) }
            if count >= limit, let end {
                found.end = end
                return found
            }
            place = next
        }
    }

    /// Removes up to `limit` rows of a partition that were added before `date` and that ADX has not written into.
    ///
    /// Each is removed as it was read: what ADX writes at that moment stays.
    /// - Returns: How many were removed.
    func deleteSilent(
        of partitionKey: String,
        before date: Date,
        limit: Int,
        in table: SignedURL
    ) async throws(KustoError) -> Int {
        let filter =
            "PartitionKey eq \(Self.literal(partitionKey)) and Status eq 'Pending' and UpdatedOn lt datetime'\(Self.text(date))'"
        var count = 0
        var place: String?
        repeat {
            let page = try await page(of: filter, at: place, isTagged: true, in: table)
            for row in page.rows where count < limit {
                guard let report = IngestionReport(row, in: table.base), report.status == .pending,
                    let tag = row["odata.etag"]?.stringValue
                else { continue }
                if try await delete(report.sourceID, of: partitionKey, ifMatch: tag, from: table) { count += 1 }
            }
            place = page.next
        } while place != nil && count < limit
        return count
    }

    private struct Page {
        let rows: [JSONValue]
        /// Where the next page begins, as parameters; `nil` after the last one.
        let next: String?
    }

    /// Reads a page of the rows that a filter chooses.
    /// - Parameters:
    ///   - place: Where it begins; `nil` for the first one.
    ///   - isTagged: Whether rows are to say which version of them this is.
    private func page(
        of filter: String,
        at place: String?,
        isTagged: Bool = false,
        in table: SignedURL
    ) async throws(KustoError) -> Page {
        let question = "$filter=\(PercentEncoding.encoded(filter))&$top=\(pageRows)"
        let url = table.revealed(suffix: "()", question + (place ?? ""))
        let response = try await send(.get, url, accept: isTagged ? "minimalmetadata" : "nometadata")
        guard response.status == 200 else {
            throw FailureClassifier.storageFailure(response, leg: .reports, url: url)
        }
        guard let rows = (try? JSONValue(parsing: response.body))?["value"]?.arrayValue else {
            throw FailureClassifier.unexpected("the answer holds no rows", leg: .reports, url: url)
        }
        let next = Self.continuation(response)
        guard next == nil || next != place else { throw Self.turnsInCircles(table) }
        return Page(rows: rows, next: next)
    }

    private static func turnsInCircles(_ table: SignedURL) -> KustoError {
        FailureClassifier.unexpected("the answer names the same page again", leg: .reports, url: table.base)
    }

    /// Removes a row; one that is not there is gone already.
    /// - Parameter tag: The version of the row that is removed; by default whatever there is.
    /// - Returns: Whether it is gone; else it has changed.
    @discardableResult
    func delete(
        _ sourceID: UUID,
        of partitionKey: String,
        ifMatch tag: String = "*",
        from table: SignedURL
    ) async throws(KustoError) -> Bool {
        let key = PercentEncoding.encoded(partitionKey.replacing("'", with: "''"))
        let url = table.revealed(suffix: "(PartitionKey='\(key)',RowKey='\(sourceID.uuidString.lowercased())')")
        let response = try await send(.delete, url, [HTTPHeader("If-Match", tag)])
        if response.status == 412, tag != "*" { return false }
        let isGone = response.status == 404 && Self.code(of: response) != "TableNotFound"
        guard response.status == 204 || isGone else {
            throw FailureClassifier.storageFailure(response, leg: .reports, url: url)
        }
        return true
    }

    private func send(
        _ method: HTTPMethod,
        _ url: String,
        _ headers: [HTTPHeader] = [],
        _ body: HTTPBody = .empty,
        accept metadata: String = "nometadata"
    ) async throws(KustoError) -> HTTPResponse {
        try await wire.send(
            HTTPRequest(
                method: method,
                url: url,
                headers: wire.storageHeaders() + [
                    HTTPHeader("DataServiceVersion", "3.0;NetFx"), HTTPHeader("MaxDataServiceVersion", "3.0;NetFx"),
                    HTTPHeader("Accept", "application/json;odata=\(metadata)"),
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

    /// A time as the service writes it.
    private static func text(_ date: Date) -> String {
        date.ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// A text as filters have it.
    private static func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// Where the next page begins, as parameters; `nil` after the last one.
    private static func continuation(_ response: HTTPResponse) -> String? {
        guard let partition = response.header("x-ms-continuation-NextPartitionKey") else { return nil }
        var text = "&NextPartitionKey=\(PercentEncoding.encoded(partition))"
        if let row = response.header("x-ms-continuation-NextRowKey") {
            text += "&NextRowKey=\(PercentEncoding.encoded(row))"
        }
        return text
    }

    private static func code(of response: HTTPResponse) -> String? {
        response.header("x-ms-error-code")
            ?? (try? JSONValue(parsing: response.body))?["odata.error"]?["code"]?.stringValue
    }
}
