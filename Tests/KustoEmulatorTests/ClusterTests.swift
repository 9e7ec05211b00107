import Foundation
import FoundationNetworking
import JSON
import Logging
import Testing

@testable import KustoEmulator

/// A running cluster and the requests that tests send to it.
struct RunningCluster {
    /// The cluster.
    let cluster: EmulatedCluster
    private let session = URLSession(configuration: .ephemeral)

    /// Runs `body` with a cluster that has one table `T (a:string, b:long)`, and stops it.
    static func with(
        _ configuration: EmulatedClusterConfiguration = .init(authentication: .init(mode: .none)),
        _ body: (RunningCluster) async throws -> Void
    ) async throws {
        var configuration = configuration
        configuration.setupCommands = [".create table T (a:string, b:long)"]
        let cluster = try EmulatedCluster(
            configuration: configuration,
            logger: Logger(label: "test", sink: MemoryLogSink())
        )
        try cluster.start()
        do {
            try await body(RunningCluster(cluster: cluster))
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }

    /// Sends a request; a path that is a whole URL is taken as it is.
    func send(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> (status: Int, body: String, response: HTTPURLResponse) {
        let text = path.hasPrefix("http") ? path : cluster.url + path
        let url = try #require(URL(string: text))
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return (http.statusCode, String(decoding: data, as: UTF8.self), http)
    }

    /// The URL of the first resource of a type, with `rest` before its query.
    func resource(_ type: String, _ rest: String) throws -> String {
        let rows = try cluster.manage(".get ingestion resources").rows
        let row = try #require(rows.first { $0[0].text == type })
        let parts = row[1].text.split(separator: "?")
        return "\(parts[0])\(rest)?\(parts[1])"
    }

    /// Uploads data and queues a message for it.
    func ingest(
        _ data: String,
        name: String = "x.csv",
        additional: [String: String] = [:],
        message: [String: JSONValue] = [:]
    ) async throws {
        let blob = try resource("TempStorage", "/\(UUID().uuidString)-\(name)")
        let put = try await send("PUT", blob, data, headers: ["x-ms-blob-type": "BlockBlob"])
        #expect(put.status == 201)
        let token = try cluster.manage(".get kusto identity token").rows[0][0].text
        var properties: JSONObject = ["authorizationContext": .string(token), "format": "csv"]
        for (key, value) in additional { properties[key] = .string(value) }
        var object: JSONObject = [
            "blobPath": .string(blob), "databaseName": "EMULATED", "TableName": "T",
            "rawDataSize": .integer(Int64(data.utf8.count)), "additionalProperties": .object(properties),
        ]
        for (key, value) in message { object[key] = value }
        try await enqueue(Data(JSONValue.object(object).serialized()).base64EncodedString())
    }

    /// Puts a message into an ingestion queue.
    func enqueue(_ text: String) async throws {
        let queue = try resource("SecuredReadyForAggregationQueue", "/messages")
        let body = "<QueueMessage><MessageText>\(text)</MessageText></QueueMessage>"
        let post = try await send("POST", queue, body)
        #expect(post.status == 201)
    }

    /// Waits until everything queued is ingested.
    func waitUntilIdle() async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !cluster.isIdle {
            try #require(ContinuousClock.now < deadline, "the cluster did not become idle")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

@Suite("The cluster serves real HTTP", .timeLimit(.minutes(3)))
struct ClusterTests {
    @Test("A queued blob becomes rows and goes away")
    func queued() async throws {
        try await RunningCluster.with { running in
            try await running.ingest("x,1\ny,2\n")
            try await running.waitUntilIdle()
            #expect(
                try running.cluster.query("T | order by b asc").rows == [
                    [.string("x"), .integer(1)], [.string("y"), .integer(2)],
                ]
            )
            #expect(running.cluster.statistics.succeeded == 1)
            #expect(running.cluster.statistics.wrongRawDataSizes == 0)
            #expect(running.cluster.blobCount == 0)
        }
    }

    @Test("A wrong RawDataSize is counted, and a retained blob stays")
    func sizes() async throws {
        try await RunningCluster.with { running in
            try await running.ingest("x,1\n", message: ["RetainBlobOnSuccess": true, "rawDataSize": 99])
            try await running.waitUntilIdle()
            #expect(running.cluster.statistics.wrongRawDataSizes == 1)
            #expect(running.cluster.blobCount == 1)
        }
    }

    @Test(
        "A source that cannot be ingested is refused with ADX's code and adds nothing",
        arguments: [
            ("x,1", ["authorizationContext": "forged"], "BadRequest_InvalidKustoIdentityToken"),
            ("x,1", ["format": "nonsense"], "BadRequest_FormatNotSupported"),
            ("x,1", ["ingestionMappingReference": "missing"], "BadRequest_MappingReferenceWasNotFound"),
            ("x,1", ["ingestionMapping": "[]"], "BadRequest_InvalidMapping"),
            ("x,1", ["ingestionMapping": "[]", "ingestionMappingReference": "m"], "BadRequest_DuplicateMapping"),
            ("x,1", ["tags": "no json"], "BadRequest_MalformedIngestionProperty"),
            ("", [:], "BadRequest_EmptyBlob"),
            ("\n\n", [:], "BadRequest_NoRecordsOrWrongFormat"),
            ("{\"a\":\"x\"}{\"a\":", ["format": "multijson"], "BadRequest_UnexpectedCharacterInInputStream"),
            ("x,1\n\"open", [:], "Stream_ClosingQuoteMissing"),
            (
                "x,1\ny", ["validationPolicy": "{\"ValidationOptions\":1,\"ValidationImplications\":0}"],
                "Stream_WrongNumberOfFields"
            ),
        ] as [(String, [String: String], String)]
    )
    func refused(data: String, additional: [String: String], code: String) async throws {
        try await RunningCluster.with { running in
            try await running.ingest(data, additional: additional)
            try await running.waitUntilIdle()
            #expect(running.cluster.failureCodes == [code])
            #expect(try running.cluster.rowCount("T") == 0)
        }
    }

    @Test("Lines of the json format that are not JSON are passed over")
    func lenientLines() async throws {
        try await RunningCluster.with { running in
            try await running.ingest("{\"a\":\"x\"}\nnonsense\n{\"b\":2}\n", additional: ["format": "json"])
            try await running.waitUntilIdle()
            #expect(try running.cluster.query("T").rows == [[.string("x"), .null], [.string(""), .integer(2)]])
            #expect(running.cluster.statistics.skippedLines == 1)
        }
    }

    @Test("A name that says gzip of data that is not fails the source")
    func notGzip() async throws {
        try await RunningCluster.with { running in
            try await running.ingest("x,1", name: "x.csv.gz")
            try await running.waitUntilIdle()
            #expect(running.cluster.failureCodes == ["BadRequest_InvalidArchive"])
        }
    }

    @Test("Binary formats are stored unread and counted")
    func binary() async throws {
        try await RunningCluster.with { running in
            try await running.ingest("Obj\u{1}...", name: "x.avro", additional: ["format": "avro"])
            try await running.waitUntilIdle()
            #expect(try running.cluster.manage(".show table T details").values(of: "UnparsedBlobs") == [.integer(1)])
        }
    }

    @Test("Messages that are no messages are failures, not crashes")
    func corruptMessages() async throws {
        try await RunningCluster.with { running in
            for text in ["%%%", "", Data("[1]".utf8).base64EncodedString(), Data("{}".utf8).base64EncodedString()] {
                try await running.enqueue(text)
            }
            try await running.waitUntilIdle()
            #expect(Set(running.cluster.failureCodes) == ["BadRequest_CorruptedMessage"])
            #expect(running.cluster.statistics.failed == 4)
        }
    }

    @Test("A blob is written, read in ranges, found and deleted; only an issued signature opens it")
    func blobs() async throws {
        try await RunningCluster.with { running in
            let url = try running.resource("TempStorage", "/a%20b/c.txt")
            let headers = ["x-ms-blob-type": "BlockBlob", "If-None-Match": "*"]
            #expect(try await running.send("PUT", url, "0123456789", headers: headers).status == 201)
            let second = try await running.send("PUT", url, "again", headers: headers)
            #expect(second.status == 409)
            #expect(second.response.value(forHTTPHeaderField: "x-ms-error-code") == "BlobAlreadyExists")
            #expect(try await running.send("GET", url).body == "0123456789")
            let part = try await running.send("GET", url, headers: ["x-ms-range": "bytes=2-4"])
            #expect(part.status == 206)
            #expect(part.body == "234")
            #expect(part.response.value(forHTTPHeaderField: "Content-Range") == "bytes 2-4/10")
            #expect(try await running.send("HEAD", url).status == 200)
            let forged = try #require(url.split(separator: "?").first) + "?sig=forged"
            #expect(try await running.send("GET", String(forged)).status == 403)
            running.cluster.revokeSignatures()
            #expect(try await running.send("GET", url).status == 403)
            let fresh = try running.resource("TempStorage", "/a%20b/c.txt")
            #expect(try await running.send("DELETE", fresh).status == 202)
            #expect(try await running.send("GET", fresh).status == 404)
        }
    }

    @Test("Blocks become a blob in the order of their list")
    func blocks() async throws {
        try await RunningCluster.with { running in
            let url = try running.resource("TempStorage", "/blocks.txt")
            for (id, text) in [("QQ==", "second"), ("Qg==", "first ")] {
                let escaped = id.replacing("=", with: "%3D")
                #expect(try await running.send("PUT", "\(url)&comp=block&blockid=\(escaped)", text).status == 201)
            }
            let list = "<BlockList><Latest>Qg==</Latest><Latest>QQ==</Latest></BlockList>"
            #expect(try await running.send("PUT", "\(url)&comp=blocklist", list).status == 201)
            #expect(try await running.send("GET", url).body == "first second")
            #expect(try await running.send("PUT", "\(url)&comp=blocklist", list).status == 400)
        }
    }

    @Test("A token is issued for the right secret, works, and is refused when revoked")
    func tokens() async throws {
        let authentication = AuthenticationPolicy(applications: ["app": "s+cret"])
        try await RunningCluster.with(EmulatedClusterConfiguration(authentication: authentication)) { running in
            let query = "{\"db\":\"emulated\",\"csl\":\"T | count\"}"
            #expect(try await running.send("POST", "/v2/rest/query", query).status == 401)
            let form =
                "grant_type=client_credentials&client_id=app&scope=https%3A%2F%2Fkusto.kusto.windows.net%2F.default&client_secret="
            let wrong = try await running.send("POST", "/tenant/oauth2/v2.0/token", form + "wrong")
            #expect(wrong.status == 401)
            #expect(wrong.body.contains("AADSTS7000215"))
            let right = try await running.send("POST", "/tenant/oauth2/v2.0/token", form + "s%2Bcret")
            let token = try #require(JSONValue(parsing: right.body)["access_token"]?.stringValue)
            let headers = ["Authorization": "Bearer \(token)"]
            #expect(try await running.send("POST", "/v2/rest/query", query, headers: headers).status == 200)
            running.cluster.revokeTokens()
            #expect(try await running.send("POST", "/v2/rest/query", query, headers: headers).status == 401)
        }
    }

    @Test("Metadata names the emulator itself as the place to log in")
    func metadata() async throws {
        try await RunningCluster.with { running in
            let reply = try await running.send("GET", "/v1/rest/auth/metadata")
            #expect(try JSONValue(parsing: reply.body)["AzureAD"]?["LoginEndpoint"]?.stringValue == running.cluster.url)
        }
    }

    @Test("Streaming needs the policy, takes any letter case of the format, and says when it is off")
    func streaming() async throws {
        try await RunningCluster.with { running in
            let path = "/v1/rest/ingest/emulated/T?streamFormat=Csv"
            let refused = try await running.send("POST", path, "x,1")
            #expect(refused.status == 400)
            #expect(try JSONValue(parsing: refused.body)["error"]?["@permanent"]?.boolValue == true)
            _ = try running.cluster.manage(".alter table T policy streamingingestion enable")
            #expect(try await running.send("POST", path, "x,1").status == 200)
            #expect(try running.cluster.rowCount("T") == 1)
            #expect(
                try await running.send("POST", "/v1/rest/ingest/emulated/Missing?streamFormat=csv", "x").status == 400
            )
        }
        let withoutStreaming = EmulatedClusterConfiguration(
            authentication: AuthenticationPolicy(mode: .none),
            streaming: StreamingPolicy(isEnabled: false)
        )
        try await RunningCluster.with(withoutStreaming) { running in
            let refused = try await running.send("POST", "/v1/rest/ingest/emulated/T?streamFormat=csv", "x,1")
            #expect(refused.status == 404)
        }
    }

    @Test("A status row is inserted once, updated by the ingestion, and read back")
    func statusTable() async throws {
        try await RunningCluster.with { running in
            let table = try running.resource("IngestionsStatusTable", "")
            let row = "{\"PartitionKey\":\"p\",\"RowKey\":\"r\",\"Status\":\"Pending\"}"
            let headers = ["Prefer": "return-no-content"]
            #expect(try await running.send("POST", table, row, headers: headers).status == 204)
            #expect(try await running.send("POST", table, row, headers: headers).status == 409)
            try await running.ingest(
                "x,1",
                message: [
                    "ReportMethod": "Table",
                    "IngestionStatusInTable": [
                        "TableConnectionString": .string(table), "PartitionKey": "p", "RowKey": "r",
                    ],
                ]
            )
            try await running.waitUntilIdle()
            let read = try await running.send(
                "GET",
                running.resource("IngestionsStatusTable", "(PartitionKey='p',RowKey='r')")
            )
            #expect(try JSONValue(parsing: read.body)["Status"]?.stringValue == "Succeeded")
        }
    }

    @Test("Faults break requests as they say")
    func faults() async throws {
        try await RunningCluster.with { running in
            let fault = "{\"endpoint\":\"query\",\"kind\":\"throttle\",\"retryAfter\":7,\"count\":1}"
            #expect(try await running.send("POST", "/emulator/faults", fault).status == 201)
            let query = "{\"db\":\"emulated\",\"csl\":\"T | count\"}"
            let throttled = try await running.send("POST", "/v2/rest/query", query)
            #expect(throttled.status == 429)
            #expect(throttled.response.value(forHTTPHeaderField: "Retry-After") == "7")
            #expect(try await running.send("POST", "/v2/rest/query", query).status == 200)

            running.cluster.add(Fault(.refuse, at: .metadata))
            await #expect(throws: URLError.self) { try await running.send("GET", "/v1/rest/auth/metadata") }
            running.cluster.clearFaults()

            let blob = try running.resource("TempStorage", "/cut.csv")
            running.cluster.add(Fault(.cut(afterBytes: nil), at: .blob, method: "PUT"))
            await #expect(throws: URLError.self) {
                try await running.send("PUT", blob, "x", headers: ["x-ms-blob-type": "BlockBlob"])
            }
            #expect(try await running.send("GET", blob).body == "x")
        }
    }

    @Test("Discard mode keeps what comes and counts it afterwards")
    func discard() async throws {
        let discarding = EmulatedClusterConfiguration(discards: true, authentication: AuthenticationPolicy(mode: .none))
        try await RunningCluster.with(discarding) { running in
            try await running.ingest("x,1\ny,2\n")
            try await running.ingest(
                "{\"a\":1}{\"a\":2}{\"a\":3}",
                additional: ["format": "multijson"],
                message: ["rawDataSize": 1]
            )
            #expect(running.cluster.blobCount == 2)
            let counts = try await running.cluster.countDiscarded()
            let count = try #require(counts["EMULATED.T"])
            #expect(count.messages == 2)
            #expect(count.rows == 5)
            #expect(count.wrongRawDataSizes == 1)
            #expect(count.failures == 0)
            #expect(running.cluster.blobCount == 0)
            #expect(try running.cluster.rowCount("T") == 0)
        }
    }

    @Test("State, reset and unknown paths answer as JSON")
    func control() async throws {
        try await RunningCluster.with { running in
            try await running.ingest("x,1")
            try await running.waitUntilIdle()
            let state = try JSONValue(parsing: try await running.send("GET", "/emulator/state").body)
            #expect(state["tables"]?["emulated.T"]?["rows"]?.intValue == 1)
            #expect(state["ingestion"]?["succeeded"]?.intValue == 1)
            #expect(try await running.send("POST", "/emulator/reset").status == 204)
            #expect(try running.cluster.rowCount("T") == 0)
            #expect(try await running.send("GET", "/nothing/here").status == 404)
            #expect(try await running.send("POST", "/emulator/faults", "{\"kind\":\"explode\"}").status == 400)
        }
    }
}
