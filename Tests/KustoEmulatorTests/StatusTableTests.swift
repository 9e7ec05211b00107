import Foundation
import FoundationNetworking
import JSON
import Testing

@testable import KustoEmulator

@Suite("Status tables say what became of sources", .timeLimit(.minutes(3)))
struct StatusTableTests {
    private static let row: JSONObject = [
        "PartitionKey": "it's", "RowKey": "r1", "Status": "Failed", "Attempts": 3, "Retry": true,
        "UpdatedOn": "2026-11-26T10:00:00Z",
    ]

    @Test(
        "a filter chooses rows",
        arguments: [
            ("PartitionKey eq 'it''s'", true), ("PartitionKey eq 'its'", false),
            ("PartitionKey eq 'it''s' and Status ne 'Pending'", true), ("Status eq 'Pending' or Attempts ge 3", true),
            ("not (Status eq 'Failed')", false), ("not Status eq 'x' and Retry eq true", true),
            ("Attempts gt 3", false), ("Attempts lt 3.5", true), ("Attempts le 3L", true), ("Missing ne 'x'", false),
            ("UpdatedOn ge datetime'2026-11-26T09:00:00Z'", true), ("RowKey eq guid'r1'", true),
            ("((((Retry eq false))))", false), ("Status gt 'E' and Status lt 'G'", true), ("Attempts eq '3'", false),
        ]
    )
    func filters(text: String, isMatch: Bool) throws {
        #expect(try #require(EntityFilter(text)).matches(Self.row) == isMatch)
    }

    @Test(
        "what is no filter is refused",
        arguments: [
            "", "Status", "Status eq", "Status is 'x'", "Status eq 'x", "(Status eq 'x'", "Status eq 'x')",
            "'x' eq Status",
            "Status eq 'x' and", "Status eq x y", "not", "Status eq guid", String(repeating: "(", count: 100_000),
            String(repeating: "not ", count: 100_000),
        ]
    )
    func refused(text: String) { #expect(EntityFilter(text) == nil) }

    @Test("a query comes in pages, whose continuations end")
    func pages() async throws {
        try await RunningCluster.with { running in
            let table = try running.resource("IngestionsStatusTable", "")
            let keys = (0..<7).map { "r\($0)/ä" }
            for (index, key) in keys.enumerated() {
                let row: JSONValue = [
                    "PartitionKey": .string(index < 6 ? "p,1" : "q"), "RowKey": .string(key), "Status": "Pending",
                    "Own": "kept",
                ]
                let text = String(decoding: row.serialized(), as: UTF8.self)
                #expect(try await running.send("POST", table, text).status == 201)
            }
            var found: [String] = []
            var continuation = ""
            var pages = 0
            repeat {
                let query = "$filter=PartitionKey%20eq%20'p,1'&$top=4\(continuation)&"
                let url = try running.resource("IngestionsStatusTable", "()").replacing("?", with: "?\(query)")
                let reply = try await running.send("GET", url)
                try #require(reply.status == 200, "\(reply.body)")
                found +=
                    try JSONValue(parsing: reply.body)["value"]?.arrayValue?.compactMap { $0["RowKey"]?.stringValue }
                    ?? []
                pages += 1
                let header = { (name: String) in reply.response.value(forHTTPHeaderField: "x-ms-continuation-\(name)") }
                continuation = ""
                if let partition = header("NextPartitionKey"), let row = header("NextRowKey") {
                    continuation = "&NextPartitionKey=\(Self.encoded(partition))&NextRowKey=\(Self.encoded(row))"
                }
            } while !continuation.isEmpty && pages < 10
            #expect(found == Array(keys.prefix(6)))
            #expect(pages == 2)
        }
    }

    private static func encoded(_ text: String) -> String {
        text.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
    }

    @Test("a page is full or has been looked for long enough, and the next one goes on there")
    func bounds() {
        let store = StatusTableStore()
        let table = StorageResource(kind: .table, account: "a", name: "t")
        for index in 0..<10 {
            let key = StatusTableStore.Key(table: table, partition: "p\(index / 5)", row: "r\(index % 5)")
            #expect(store.insert(["Number": .integer(Int64(index))], at: key))
        }
        var numbers: [Int] = []
        var pages = 0
        var start: (partition: String, row: String)?
        repeat {
            let page = store.page(of: table, from: start, limit: 2, reading: 3) {
                ($0["Number"]?.intValue ?? 0).isMultiple(of: 2)
            }
            numbers += page.rows.compactMap { $0["Number"]?.intValue }
            start = page.next.map { ($0.partition, $0.row) }
            pages += 1
        } while start != nil && pages < 100
        #expect(numbers == [0, 2, 4, 6, 8])
        #expect(pages == 4)
        #expect(store.remove(.init(table: table, partition: "p0", row: "r0")) == .done)
        #expect(store.remove(.init(table: table, partition: "p0", row: "r0")) == .absent)
        #expect(store.page(of: table, from: nil, limit: 99) { _ in true }.rows.count == 9)
        #expect(store.merge([:], at: .init(table: table, partition: "p0", row: "r0"), ifMatch: "*") == .absent)
    }

    @Test("each account has a table, ADX keeps what the client wrote, and rows are removed")
    func lifeOfARow() async throws {
        try await RunningCluster.with { running in
            let tables = try running.cluster.manage(".get ingestion resources").rows.filter {
                $0[0].text == "IngestionsStatusTable"
            }.map { $0[1].text }
            #expect(tables.count == 2)
            let table = try #require(tables.last)
            let key = table.replacing("?", with: "(PartitionKey='it''s',RowKey='r')?")
            let row = #"{"PartitionKey":"it's","RowKey":"r","Status":"Pending","KafkaRanges":"t-0:1-2"}"#
            #expect(try await running.send("POST", table, row).status == 201)
            try await running.ingest(
                "x,1",
                message: [
                    "ReportMethod": "Table", "ReportLevel": 2,
                    "IngestionStatusInTable": [
                        "TableConnectionString": .string(table), "PartitionKey": "it's", "RowKey": "r",
                    ],
                ]
            )
            try await running.waitUntilIdle()
            let read = try JSONValue(parsing: try await running.send("GET", key).body)
            #expect(read["Status"]?.stringValue == "Succeeded")
            #expect(read["KafkaRanges"]?.stringValue == "t-0:1-2")
            #expect(
                try await running.send("PUT", key, #"{"Status":"Queued"}"#, headers: ["If-Match": "*"]).status == 204
            )
            let replaced = try JSONValue(parsing: try await running.send("GET", key).body)
            #expect(replaced["KafkaRanges"] == nil && replaced["RowKey"]?.stringValue == "r")
            // What has changed since it was read is removed only by those who know.
            let all = ["Accept": "application/json;odata=minimalmetadata"]
            let tag = try #require(
                try JSONValue(parsing: try await running.send("GET", key, headers: all).body)["odata.etag"]?.stringValue
            )
            #expect(replaced["odata.etag"] == nil)
            #expect(try await running.send("MERGE", key, #"{"Own":1}"#, headers: ["If-Match": tag]).status == 204)
            #expect(try await running.send("MERGE", key, #"{"Own":2}"#, headers: ["If-Match": tag]).status == 412)
            #expect(try await running.send("DELETE", key, headers: ["If-Match": tag]).status == 412)
            let rows = try JSONValue(parsing: try await running.send("GET", table, headers: all).body)["value"]
            #expect(rows?[0]?["Own"]?.intValue == 1)
            let newTag = try #require(rows?[0]?["odata.etag"]?.stringValue)
            #expect(try await running.send("DELETE", key, headers: ["If-Match": newTag]).status == 204)
            #expect(try await running.send("DELETE", key).status == 404)
            let merge = try await running.send("PUT", key, "{}", headers: ["If-Match": "*"])
            #expect(merge.status == 404)
            for bad in ["(PartitionKey='p')", "(PartitionKey='p',RowKey=r)", "(PartitionKey='p';RowKey='r')", "(x"] {
                #expect(try await running.send("GET", table.replacing("?", with: "\(bad)?")).status == 400, "\(bad)")
            }
            for bad in ["$top=0", "$top=x", "$top=1001", "$filter=x", "NextPartitionKey=x"] {
                let url = table.replacing("?", with: "()?\(bad)&")
                #expect(try await running.send("GET", url).status == 400, "\(bad)")
            }
            running.cluster.add(Fault(.answer(status: 503, body: nil, isPermanent: false), at: .table, count: 1))
            #expect(try await running.send("GET", table).status == 503)
            #expect(try await running.send("GET", table).status == 200)
        }
    }

    @Test("a source that holds a text is rejected, queued or streamed, and others are not")
    func rejects() async throws {
        try await RunningCluster.with { running in
            let fault = #"{"kind":"reject","data":"poison","code":"Stream_WrongNumberOfFields"}"#
            #expect(try await running.send("POST", "/emulator/faults", fault).status == 201)
            try await running.ingest("a,1\npoison,2\n")
            try await running.ingest("b,1\n")
            try await running.waitUntilIdle()
            #expect(running.cluster.failureCodes == ["Stream_WrongNumberOfFields"])
            #expect(try running.cluster.rowCount("T") == 1)
            _ = try running.cluster.manage(".alter table T policy streamingingestion enable")
            let path = "/v1/rest/ingest/emulated/T?streamFormat=csv"
            let refused = try await running.send("POST", path, "c,1\npoison,2\n")
            #expect(refused.status == 400)
            let error = try JSONValue(parsing: refused.body)["error"]
            #expect(error?["code"]?.stringValue == "Stream_WrongNumberOfFields")
            #expect(error?["@permanent"]?.boolValue == true)
            #expect(try await running.send("POST", path, "c,1\n").status == 200)
            #expect(try running.cluster.rowCount("T") == 2)
            let listed = try JSONValue(parsing: try await running.send("GET", "/emulator/faults").body)
            #expect(listed[0]?["struck"]?.intValue == 2)
        }
    }

    @Test("a text is found across the pieces of the data, and as often as the fault says")
    func scans() throws {
        let faults = FaultInjector(clock: .system)
        let event = FaultEvent(endpoint: .ingestion)
        #expect(RejectionScan(faults, event) == nil)
        _ = faults.add(Fault(.reject(data: "poison", code: "C", isPermanent: true), at: .ingestion, after: 1, count: 1))
        _ = faults.add(Fault(.reject(data: "x", code: "C", isPermanent: true), at: .streaming))
        #expect(faults.strike(event).kind == nil)
        for isStruck in [false, true, false] {
            var scan = RejectionScan(faults, event)
            let isFound: Bool
            do {
                for piece in ["xpo", "i", "son", "x"] { try scan?.push(Array(piece.utf8)) }
                isFound = false
            } catch {
                isFound = true
            }
            #expect(isFound == isStruck)
        }
    }

    @Test("formats that need a mapping are not streamed without one")
    func needsMapping() async throws {
        try await RunningCluster.with { running in
            _ = try running.cluster.manage(".alter table T policy streamingingestion enable")
            for format in ["json", "MultiJson", "avro"] {
                let reply = try await running.send("POST", "/v1/rest/ingest/emulated/T?streamFormat=\(format)", "{}")
                #expect(reply.status == 400)
            }
        }
    }
}
