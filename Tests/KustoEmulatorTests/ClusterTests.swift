import Foundation
import FoundationNetworking
import JSON
import Logging
import Testing

@testable import KustoEmulator

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

    @Test("An extent has its tags, and the time that the message gives it; rows know both")
    func extents() async throws {
        try await RunningCluster.with { running in
            let tags = ["tags": "[\"drop-by:x\",\"y\"]", "creationTime": "2020-01-02T03:04:05Z"]
            try await running.ingest("x,1\n", additional: tags)
            try await running.waitUntilIdle()
            let extents = try running.cluster.manage(".show table T extents")
            #expect(extents.values(of: "MinCreatedOn").map(\.text) == ["2020-01-02T03:04:05.0000000Z"])
            let query = "T | where ingestion_time() > ago(1h) | extend tags = extent_tags() | project t = tags[1], tags"
            #expect(
                try running.cluster.query(query).rows == [[.dynamic("\"y\""), .dynamic("[\"drop-by:x\",\"y\"]")]]
            )
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
            ("x,1", ["creationTime": "yesterday"], "BadRequest_MalformedIngestionProperty"),
            (
                "x,1", ["ingestionMapping": "[{\"Name\":\"a\",\"Ordinal\":0}]", "ingestionMappingType": "Json"],
                "BadRequest_InvalidMapping"
            ),
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

    @Test("Columnar formats are stored unread and counted, when they begin and end as they must")
    func binary() async throws {
        try await RunningCluster.with { running in
            for (format, text) in [
                ("parquet", "PAR1....PAR1"), ("orc", "ORC....ORC."), ("sstream", "?"), ("parquet", "PAR1....PAR"),
                ("parquet", "PAR1PAR1"), ("parquet", "Obj....PAR1"), ("orc", "ORC...OR.."), ("orc", "ORC"),
                ("orc", "OR"),
            ] {
                try await running.ingest(text, name: "x.\(format)", additional: ["format": format])
            }
            try await running.waitUntilIdle()
            #expect(try running.cluster.manage(".show table T details").values(of: "UnparsedBlobs") == [.integer(3)])
            #expect(running.cluster.failureCodes == Array(repeating: "BadRequest_InvalidBlob", count: 6))
        }
    }

    @Test("Messages that are no messages are failures, not crashes")
    func corruptMessages() async throws {
        try await RunningCluster.with { running in
            for text in [
                "%%%", "", "{}", Data("[1]".utf8).base64EncodedString(), Data("{}".utf8).base64EncodedString(),
            ] {
                try await running.enqueue(text)
            }
            try await running.waitUntilIdle()
            #expect(Set(running.cluster.failureCodes) == ["BadRequest_CorruptedMessage"])
            #expect(running.cluster.statistics.failed == 5)
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
            #expect(
                try JSONValue(parsing: reply.body)["AzureAD"]?["LoginEndpoint"]?.stringValue
                    == running.cluster.engineURL
            )
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

    @Test("What an application without the right queues is refused when it is ingested")
    func withoutIngestRight() async throws {
        let authentication = AuthenticationPolicy(
            applications: ["app": "secret"],
            applicationsWithoutIngestRight: ["app"]
        )
        try await RunningCluster.with(EmulatedClusterConfiguration(authentication: authentication)) { running in
            let form =
                "grant_type=client_credentials&client_id=app&client_secret=secret&scope=https%3A%2F%2Fx%2F.default"
            let reply = try await running.send("POST", "/tenant/oauth2/v2.0/token", form)
            let bearer = try #require(JSONValue(parsing: reply.body)["access_token"]?.stringValue)
            let identity = try await running.send(
                "POST",
                "\(running.cluster.ingestURL)/v1/rest/mgmt",
                "{\"csl\":\".get kusto identity token\"}",
                headers: ["Authorization": "Bearer \(bearer)"]
            )
            let token = try #require(
                JSONValue(parsing: identity.body)["Tables"]?[0]?["Rows"]?[0]?[0]?.stringValue
            )
            try await running.ingest("x,1", additional: ["authorizationContext": token])
            try await running.waitUntilIdle()
            #expect(running.cluster.failureCodes == ["BadRequest_TableAccessDenied"])
        }
    }

    @Test(
        "A corrupt blob fails whole, in the list of failures and in the status row",
        arguments: [
            ("{\"a\":\"x\"}\n{\"a\":01}", "multijson"), ("{\"a\":\"x\"}\n5", "multijson"),
            ("{\"a\":\"x\"},{\"a\":\"y\"}", "multijson"), ("[{\"a\":\"x\"},]", "multijson"),
            ("[{\"a\":\"x\"}", "multijson"), ("[1,2]", "multijson"), ("[{\"a\":\"x\"} {\"a\":\"y\"}]", "multijson"),
            ("{\"a\":NaN}", "multijson"), ("{\"a\":\"\u{1}\"}", "multijson"), ("{\"a\":1", "singlejson"),
        ]
    )
    func corrupt(data: String, format: String) async throws {
        try await RunningCluster.with { running in
            let table = try running.resource("IngestionsStatusTable", "")
            let row = "{\"PartitionKey\":\"p\",\"RowKey\":\"r\",\"Status\":\"Pending\"}"
            #expect(try await running.send("POST", table, row).status == 201)
            try await running.ingest(
                data,
                name: "x.json",
                additional: ["format": format],
                message: [
                    "ReportMethod": "Table",
                    "IngestionStatusInTable": [
                        "TableConnectionString": .string(table), "PartitionKey": "p", "RowKey": "r",
                    ],
                ]
            )
            try await running.waitUntilIdle()
            #expect(try running.cluster.rowCount("T") == 0)
            let failures = try running.cluster.manage(".show ingestion failures")
            #expect(failures.values(of: "ErrorCode") == [.string("BadRequest_UnexpectedCharacterInInputStream")])
            #expect(failures.values(of: "ShouldRetry") == [.bool(false)])
            let status = try await running.send(
                "GET",
                running.resource("IngestionsStatusTable", "(PartitionKey='p',RowKey='r')")
            )
            #expect(try JSONValue(parsing: status.body)["Status"]?.stringValue == "Failed")
        }
    }

    /// 60 rows `row0,0` to `row59,59`, packed with gzip, in base64.
    private static let packedRows =
        "H4sIAAAAAAACAyXRO5IEMQgEUX/OkoaAQp9TTcQ4e/1tVVtp6QWC3/dvMD6/718QN0neFHUjdNP0zWTeLNbNZt8cjp"
        + "8P4nUeyFIkYSuKsBYi7EUTFmMSNmMRVmMTduMQlnOQljPId8ZnSMtZpOUUaTmbtJyTtJyLtJybtJyHtFyDslxBWa6k"
        + "3v8/C7BcoixXU5ZrUpZrUZZrU5brUJY1kGUFsqxEllXo3e2zXMtqZFkTWdZClrWRZR1kuQdtuYO23Elb7qItt+j3bs"
        + "/hLPekLfeiLfemLfehz+cfxA1j5AgCAAA="

    @Test("Damaged gzip fails whole, wherever the damage is", arguments: [0, 1, 2])
    func damagedGzip(place: Int) async throws {
        try await RunningCluster.with { running in
            let sound = try #require(Data(base64Encoded: Self.packedRows))
            var packed = sound
            switch place {
            case 0: packed[packed.count / 2] ^= 0x55
            case 1: packed[packed.count - 6] ^= 0xFF  // the checksum
            default: packed.removeLast(20)
            }
            try await running.ingest(packed, name: "x.csv.gz")
            try await running.waitUntilIdle()
            #expect(running.cluster.failureCodes == ["BadRequest_InvalidArchive"])
            #expect(try running.cluster.rowCount("T") == 0)
            try await running.ingest(sound, name: "x.csv.gz")
            try await running.waitUntilIdle()
            #expect(try running.cluster.rowCount("T") == 60)
        }
    }
}
