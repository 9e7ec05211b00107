import Foundation
import HTTP
import JSON
import Logging
import Synchronization
import Testing

@testable import Kusto

@Suite("Reports about queued batches", .timeLimit(.minutes(3)))
struct ReportTests {
    private let fixture = ClientFixture()
    private let blob = UploadedBlob(url: SignedURL(base: "https://a.example/c/b.gz", signature: "sig=SBLOB"))

    private func request(_ level: ReportRequest.Level = .failuresAndSuccesses) -> ReportRequest {
        ReportRequest(partitionKey: "it's a sink", level: level, properties: ["KafkaRanges": "orders-3:5-9"])
    }

    private static func row(
        _ id: String,
        _ status: String,
        _ more: String = ""
    ) -> String {
        """
        {"PartitionKey":"it's a sink","RowKey":"\(id)","Timestamp":"2027-01-15T08:00:00Z","Status":"\(status)",\
        "Database":"Db","Table":"T","KafkaRanges":"orders-3:5-9"\(more)}
        """
    }

    private static let ids = (0..<5).map { "00000000-0000-0000-0000-00000000000\($0)" }

    private static func message(_ transport: ScriptedTransport) throws -> JSONValue {
        let body = ScriptedTransport.body(try #require(transport.sent(to: "queue.example").last))
        let start = try #require(body.firstRange(of: "<MessageText>")).upperBound
        let end = try #require(body.firstRange(of: "</MessageText>")).lowerBound
        return try JSONValue(parsing: Array(try #require(Data(base64Encoded: String(body[start..<end])))))
    }

    @Test("a row is there before the message, which names it")
    func inserts() async throws {
        let transport = ScriptedTransport()
        try await fixture.client(transport).enqueue(blob, fixture.properties, report: request())
        let insert = try #require(transport.sent(to: ".table.example").first)
        let post = try #require(transport.sent.firstIndex { $0.url.contains("queue.example") })
        #expect(try #require(transport.sent.firstIndex { $0.url.contains(".table.example") }) < post)
        #expect(insert.method == .post)
        #expect(insert.header("Content-Type") == "application/json;odata=nometadata")
        #expect(insert.header("x-ms-version") == "2021-08-06")
        let entity = try JSONValue(parsing: ScriptedTransport.body(insert))
        #expect(entity["PartitionKey"]?.stringValue == "it's a sink")
        #expect(entity["RowKey"]?.stringValue == "2c183ca4-0bd7-47e9-881b-681df696a374")
        #expect(entity["Status"]?.stringValue == "Pending")
        #expect(entity["IngestionSourceId@odata.type"]?.stringValue == "Edm.Guid")
        #expect(entity["IngestionSourcePath"]?.stringValue == "https://a.example/c/b.gz")
        #expect(entity["UpdatedOn"]?.stringValue == "2027-01-15T08:00:00.000Z")
        #expect(entity["KafkaRanges"]?.stringValue == "orders-3:5-9")
        let message = try Self.message(transport)
        #expect(message["ReportLevel"]?.intValue == 2)
        #expect(message["ReportMethod"]?.intValue == 1)
        let status = try #require(message["IngestionStatusInTable"])
        #expect(status["TableConnectionString"]?.stringValue == insert.url)
        #expect(status["PartitionKey"]?.stringValue == "it's a sink")
        #expect(status["RowKey"]?.stringValue == "2c183ca4-0bd7-47e9-881b-681df696a374")
        try await fixture.client(transport).enqueue(blob, fixture.properties, report: request(.failures))
        #expect(try Self.message(transport)["ReportLevel"]?.intValue == 0)
        #expect(try Self.message(transport)["ReportMethod"]?.intValue == 1)
    }

    @Test("a row that is there already stays, and a table that fails is replaced by another")
    func repeats() async throws {
        let exists = ScriptedTransport { request, _ in
            request.url.contains(".table.example") ? .success(HTTPResponse(status: 409)) : nil
        }
        try await fixture.client(exists).enqueue(blob, fixture.properties, report: request())
        #expect(exists.sent(to: ".table.example").count == 1)
        let failed = Mutex("")
        let half = ScriptedTransport { request, _ in
            guard request.url.contains(".table.example") else { return nil }
            let isFirst = failed.withLock { host in
                if host.isEmpty { host = request.url }
                return host == request.url
            }
            return isFirst ? .success(HTTPResponse(status: 500)) : nil
        }
        try await fixture.client(half).enqueue(blob, fixture.properties, report: request())
        #expect(Set(half.sent(to: ".table.example").map(\.url)).count == 2)
        let none = ScriptedTransport { request, _ in
            request.url.contains(".table.example") ? .success(HTTPResponse(status: 503)) : nil
        }
        let error = await #expect(throws: KustoError.self) {
            try await fixture.client(none).enqueue(blob, fixture.properties, report: request())
        }
        #expect(error?.leg == .reports)
        #expect(error?.disposition == .retry)
        #expect(none.sent(to: "queue.example").isEmpty)
    }

    @Test("one query a table and page returns the reports of all batches")
    func queries() async throws {
        let transport = ScriptedTransport { request, _ in
            guard request.method == .get, request.url.contains("/t1()") else { return nil }
            if request.url.contains("NextRowKey=b%2F2") {
                let more =
                    #","ErrorCode":"Stream_WrongNumberOfFields","FailureStatus":"Permanent","Details":"d","Odd":7"#
                return ScriptedTransport.json("{\"value\":[\(Self.row(Self.ids[2], "Failed", more))]}")
            }
            let page =
                "{\"value\":[\(Self.row(Self.ids[0], "Succeeded")),\(Self.row(Self.ids[1], "Pending")),{\"RowKey\":\"x\"}]}"
            return .success(
                HTTPResponse(
                    status: 200,
                    headers: [
                        HTTPHeader("x-ms-continuation-NextPartitionKey", "p 1"),
                        HTTPHeader("x-ms-continuation-NextRowKey", "b/2"),
                    ],
                    body: Array(page.utf8)
                )
            )
        }
        let client = fixture.client(transport)
        let reports = try await client.reports(partitionKey: "it's a sink").reports.sorted {
            $0.sourceID.uuidString < $1.sourceID.uuidString
        }
        #expect(reports.map(\.status) == [.succeeded, .pending, .failed])
        #expect(reports.map(\.status.isFinal) == [true, false, true])
        let failed = try #require(reports.last)
        #expect(failed.errorCode == "Stream_WrongNumberOfFields")
        #expect(failed.failureStatus == .permanent)
        #expect(failed.details == "d")
        #expect(failed.fault == .data)
        #expect(failed.properties == ["KafkaRanges": "orders-3:5-9"])
        #expect(reports[0].failureStatus == nil && reports[0].fault == nil)
        let urls = transport.sent(to: "/t1()").map(\.url)
        #expect(urls.count == 2)
        #expect(
            urls.first
                == "https://a1.table.example/t1()?$filter=PartitionKey%20eq%20%27it%27%27s%20a%20sink%27&$top=1000&tn=t1&sig=ST1"
        )
        #expect(urls.last?.contains("&NextPartitionKey=p%201&NextRowKey=b%2F2&tn=t1") == true)
        #expect(transport.sent(to: "/t2()").count == 1)
        _ = try await client.reports(partitionKey: "k", isFinal: true)
        #expect(
            transport.sent(to: "/t2()").last?.url.contains("%27k%27%20and%20Status%20ne%20%27Pending%27&$top") == true
        )
    }

    @Test("a batch with a row in two tables has one report, and the one that says more counts")
    func merges() async throws {
        for (first, second) in [("Pending", "Failed"), ("Failed", "Pending")] {
            let transport = ScriptedTransport { request, _ in
                guard request.method == .get, request.url.contains(".table.example") else { return nil }
                let status = request.url.contains("/t1()") ? first : second
                return ScriptedTransport.json("{\"value\":[\(Self.row(Self.ids[0], status))]}")
            }
            let client = fixture.client(transport)
            let reports = try await client.reports(partitionKey: "k").reports
            #expect(reports.map(\.status) == [.failed])
            #expect(reports.first?.failureStatus == .unknown)
            try await client.forget(reports)
            let removals = transport.sent.filter { $0.method == .delete }
            #expect(Set(removals.map { $0.url.prefix(26) }).count == 2)
            #expect(removals.allSatisfy { $0.header("If-Match") == "*" })
            #expect(
                removals.allSatisfy {
                    $0.url.contains("(PartitionKey='it%27%27s%20a%20sink',RowKey='\(Self.ids[0])')?tn=")
                }
            )
        }
    }

    @Test("all reports are read however many there are, in pages that hold both rows of a batch")
    func pages() async throws {
        // Batch 1 is in both tables, behind the end of what the first page has of table 1.
        let rows = ["/t1()": [0, 1, 2, 4], "/t2()": [1, 3]]
        let transport = ScriptedTransport { request, _ in
            guard request.method == .get, let (place, numbers) = rows.first(where: { request.url.contains($0.key) })
            else { return nil }
            let filter = request.url.removingPercentEncoding ?? ""
            let start = filter.firstMatch(of: /RowKey gt '([^']*)'/).map { String($0.1) } ?? ""
            let left = numbers.filter { Self.ids[$0] > start }
            // The service ends a page when it wants, here after each row.
            guard let first = left.first else { return ScriptedTransport.json(#"{"value":[]}"#) }
            let status = place == "/t1()" && first == 1 ? "Failed" : "Succeeded"
            return .success(
                HTTPResponse(
                    status: 200,
                    headers: left.count > 1 ? [HTTPHeader("x-ms-continuation-NextPartitionKey", "p")] : [],
                    body: Array("{\"value\":[\(Self.row(Self.ids[first], status))]}".utf8)
                )
            )
        }
        let client = fixture.client(transport)
        var found: [[String]] = []
        var start: String?
        repeat {
            let page = try await client.reports(partitionKey: "it's a sink", isFinal: true, limit: 1, after: start)
            #expect(page.isComplete)
            #expect(page.reports.allSatisfy { $0.status == .succeeded })
            found.append(page.reports.map { $0.sourceID.uuidString.lowercased() }.sorted())
            start = page.next
        } while start != nil && found.count < 10
        #expect(found == [[Self.ids[0]], [Self.ids[1]], [Self.ids[2]], [Self.ids[3], Self.ids[4]]])
    }

    @Test("a table that does not answer keeps nobody from the others' reports; without any there is an error")
    func partly() async throws {
        let transport = ScriptedTransport { request, _ in
            guard request.method == .get, request.url.contains(".table.example") else { return nil }
            return request.url.contains("/t1()")
                ? .success(HTTPResponse(status: 503))
                : ScriptedTransport.json("{\"value\":[\(Self.row(Self.ids[0], "Skipped"))]}")
        }
        #expect(try await fixture.client(transport).reports(partitionKey: "k").reports.map(\.status) == [.skipped])
        #expect(fixture.log.entries.contains { $0.message.contains("status table") })
        for answer in [HTTPResponse(status: 500), HTTPResponse(status: 200, body: Array("[]".utf8))] {
            let none = ScriptedTransport { request, _ in
                request.url.contains(".table.example") ? .success(answer) : nil
            }
            await #expect(throws: KustoError.self) { try await fixture.client(none).reports(partitionKey: "k") }
        }
    }

    @Test("signatures that are refused are renewed, for queries and removals too")
    func renews() async throws {
        let isNew = Mutex(false)
        let transport = ScriptedTransport { request, _ in
            let body = ScriptedTransport.body(request)
            if body.contains(".get ingestion resources") {
                let signature = isNew.withLock { isNew in
                    defer { isNew = true }
                    return isNew ? "NEW" : "OLD"
                }
                return ScriptedTransport.json(
                    ScriptedTransport.table(
                        ["ResourceTypeName", "StorageRoot"],
                        [
                            ["TempStorage", "https://a1.blob.example/c1?sig=\(signature)"],
                            ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?sig=\(signature)"],
                            ["IngestionsStatusTable", "https://a1.table.example/t1?sig=\(signature)"],
                        ]
                    )
                )
            }
            guard request.url.contains(".table.example") else { return nil }
            if request.url.contains("OLD") { return .success(HTTPResponse(status: 403)) }
            return request.method == .get
                ? ScriptedTransport.json("{\"value\":[\(Self.row(Self.ids[0], "Succeeded"))]}") : nil
        }
        let reports = try await fixture.client(transport).reports(partitionKey: "k").reports
        #expect(reports.count == 1)
        let other = fixture.client(transport)
        isNew.withLock { $0 = false }
        try await other.forget(reports)
        #expect(transport.sent.last { $0.method == .delete }?.url.contains("NEW") == true)
    }

    @Test("removing what is gone is no failure, and one table's failure is told after the others were done")
    func forgets() async throws {
        let transport = ScriptedTransport { request, _ in
            guard request.url.contains(".table.example") else { return nil }
            guard request.method == .delete else {
                return ScriptedTransport.json(
                    "{\"value\":[\(Self.ids.map { Self.row($0, "Succeeded") }.joined(separator: ","))]}"
                )
            }
            if request.url.contains("/t1(") { return .success(HTTPResponse(status: 500)) }
            return .success(HTTPResponse(status: 404))
        }
        let client = fixture.client(transport)
        let reports = try await client.reports(partitionKey: "k").reports
        #expect(reports.count == Self.ids.count)
        await #expect(throws: KustoError.self) { try await client.forget(reports) }
        #expect(transport.sent(to: "/t2(").count { $0.method == .delete } == Self.ids.count)
    }

    @Test("old rows about which ADX has said nothing are removed, unless it says something at that moment")
    func removesSilentRows() async throws {
        let transport = ScriptedTransport { request, _ in
            guard request.url.contains("/t1(") else { return nil }
            if request.method == .get {
                let isLast = request.url.contains("NextRowKey")
                let rows = (isLast ? Self.ids[2...] : Self.ids[..<2]).enumerated().map { index, id in
                    Self.row(id, "Pending", ",\"odata.etag\":\"W/\\\"\(id)\\\"\"")
                }
                return .success(
                    HTTPResponse(
                        status: 200,
                        headers: isLast
                            ? []
                            : [
                                HTTPHeader("x-ms-continuation-NextPartitionKey", "p"),
                                HTTPHeader("x-ms-continuation-NextRowKey", "r"),
                            ],
                        body: Array("{\"value\":[\(rows.joined(separator: ","))]}".utf8)
                    )
                )
            }
            // ADX has written into the first, and another worker has removed the second.
            if request.url.contains(Self.ids[0]) { return .success(HTTPResponse(status: 412)) }
            if request.url.contains(Self.ids[1]) { return .success(HTTPResponse(status: 404)) }
            return nil
        }
        let client = fixture.client(transport)
        let count = try await client.forgetSilent(partitionKey: "it's a sink", olderThan: .seconds(86_400), limit: 100)
        #expect(count == 4)
        let question = try #require(transport.sent(to: "/t1()").first)
        #expect(question.header("Accept") == "application/json;odata=minimalmetadata")
        let filter =
            "$filter=PartitionKey eq 'it''s a sink' and Status eq 'Pending' and UpdatedOn lt datetime'2027-01-14T08:00:00.000Z'&"
        #expect(question.url.removingPercentEncoding?.contains(filter) == true)
        let removals = transport.sent.filter { $0.method == .delete }
        #expect(removals.count == Self.ids.count)
        #expect(Set(removals.compactMap { $0.header("If-Match") }) == Set(Self.ids.map { "W/\"\($0)\"" }))
        #expect(transport.sent(to: "/t2()").count == 1)
        let failing = ScriptedTransport { request, _ in
            request.url.contains("/t1()") ? .success(HTTPResponse(status: 500)) : nil
        }
        await #expect(throws: KustoError.self) {
            try await fixture.client(failing).forgetSilent(partitionKey: "k", olderThan: .seconds(1), limit: 100)
        }
        #expect(failing.sent(to: "/t2()").count == 1, "the other table is seen to all the same")
    }

    @Test("a service that turns in circles does not hold the client")
    func circles() async throws {
        let transport = ScriptedTransport { request, _ in
            guard request.method == .get, request.url.contains(".table.example") else { return nil }
            return .success(
                HTTPResponse(
                    status: 200,
                    headers: [HTTPHeader("x-ms-continuation-NextPartitionKey", "p")],
                    body: Array(#"{"value":[]}"#.utf8)
                )
            )
        }
        await #expect(throws: KustoError.self) { try await fixture.client(transport).reports(partitionKey: "k") }
    }

    @Test("own properties have names of their own, and a cluster without status tables says so")
    func refusals() async throws {
        let client = fixture.client(ScriptedTransport())
        let request = ReportRequest(partitionKey: "k", level: .failures, properties: ["Status": "x"])
        let error = await #expect(throws: KustoError.self) {
            try await client.enqueue(blob, fixture.properties, report: request)
        }
        #expect(error?.disposition == .stop)
        let bare = ScriptedTransport { request, _ in
            guard ScriptedTransport.body(request).contains(".get ingestion resources") else { return nil }
            return ScriptedTransport.json(
                ScriptedTransport.table(
                    ["ResourceTypeName", "StorageRoot"],
                    [
                        ["TempStorage", "https://a1.blob.example/c1?sig=1"],
                        ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?sig=1"],
                    ]
                )
            )
        }
        let absent = await #expect(throws: KustoError.self) {
            try await fixture.client(bare).reports(partitionKey: "k")
        }
        #expect(absent?.message.contains("no status table") == true)
        try await fixture.client(bare).enqueue(blob, fixture.properties)
    }

    @Test(
        "the name of a failure says what it is about",
        arguments: [
            ("BadRequest_NoRecordsOrWrongFormat", IngestionFault.data), ("Stream_ClosingQuoteMissing", .data),
            ("Stream_SomethingNew", .data), ("BadRequest_MappingReferenceWasNotFound", .target),
            ("BadRequest_MissingMappingtFailure", .target), ("BadRequest_TableAccessDenied", .target),
            ("UpdatePolicy_QuerySchemaDoesNotMatchTableSchema", .target), ("UpdatePolicy_IngestionError", .service),
            ("Download_Forbidden", .blob), ("BadRequest_InvalidKustoIdentityToken", .blob),
            ("General_RetryAttemptsExceeded", .service), ("Timeout", .service), ("Forbidden", .target),
            ("BadRequest_SomethingNew", .unknown), ("", .unknown),
        ]
    )
    func faults(code: String, fault: IngestionFault) {
        #expect(IngestionFault(code: code) == fault)
        #expect(fault.mayBeData == [.data, .unknown].contains(fault))
    }
}
