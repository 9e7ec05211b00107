import Foundation
import HTTP
import Identity
import JSON
import Logging
import Metrics
import Testing

@testable import Kusto

@Suite("Queued ingestion", .timeLimit(.minutes(3)))
struct QueuedIngestionTests {
    private let fixture = ClientFixture()

    @Test("writes a blob with the signature as it came, and posts a message that holds everything")
    func ingests() async throws {
        let transport = ScriptedTransport { request, _ in
            // One account only, so that the test knows which.
            guard ScriptedTransport.body(request).contains(".get ingestion resources") else { return nil }
            return ScriptedTransport.json(
                ScriptedTransport.table(
                    ["ResourceTypeName", "StorageRoot"],
                    [
                        ["TempStorage", "https://a1.blob.example/c1?sv=1&sig=S%2BA1%3D"],
                        ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?sig=SQ1"],
                    ]
                )
            )
        }
        let client = fixture.client(transport)
        let blob = try await client.upload(Bytes(bytes: Array("data".utf8)), name: "Db__T__ä 1.json.gz")
        #expect("\(blob)" == "https://a1.blob.example/c1/Db__T__%C3%A4%201.json.gz")
        let put = try #require(transport.sent(to: "blob.example").first)
        #expect(put.method == .put)
        #expect(put.url == "https://a1.blob.example/c1/Db__T__%C3%A4%201.json.gz?sv=1&sig=S%2BA1%3D")
        #expect(put.headers.contains(HTTPHeader("x-ms-blob-type", "BlockBlob")))
        #expect(put.headers.contains(HTTPHeader("x-ms-date", "Fri, 15 Jan 2027 08:00:00 GMT")))
        #expect(!put.headers.contains { $0.name == "Authorization" })
        #expect(ScriptedTransport.body(put) == "data")

        try await client.enqueue(blob, fixture.properties)
        let post = try #require(transport.sent(to: "queue.example").first)
        #expect(post.method == .post)
        #expect(post.url == "https://a1.queue.example/q1/messages?sig=SQ1")
        let body = ScriptedTransport.body(post)
        let start = try #require(body.firstRange(of: "<MessageText>")).upperBound
        let end = try #require(body.firstRange(of: "</MessageText>")).lowerBound
        let message = try JSONValue(parsing: Array(try #require(Data(base64Encoded: String(body[start..<end])))))
        #expect(message["Id"]?.stringValue == "2c183ca4-0bd7-47e9-881b-681df696a374")
        #expect(message["BlobPath"]?.stringValue == put.url)
        #expect(message["RawDataSize"]?.intValue == 1234)
        #expect(message["DatabaseName"]?.stringValue == "Db")
        #expect(message["TableName"]?.stringValue == "T")
        #expect(message["ReportLevel"]?.intValue == 0)
        #expect(message["FlushImmediately"]?.boolValue == false)
        let more = try #require(message["AdditionalProperties"])
        #expect(more["authorizationContext"]?.stringValue == "IDENT1TY")
        #expect(more["format"]?.stringValue == "multijson")
        #expect(more["ingestionMappingReference"]?.stringValue == "m1")
        #expect(more["ingestionMappingType"]?.stringValue == "Json")
        #expect(more["tags"] == nil)
    }

    @Test("writes a large blob in blocks")
    func uploadsBlocks() async throws {
        let transport = ScriptedTransport()
        let registry = MetricsRegistry()
        let wire = Wire(
            transport,
            KustoConfiguration(ingestionURL: "", queryURL: "", credential: .workloadIdentity),
            registry,
            fixture.clock.clock
        )
        let uploader = BlobUploader(wire: wire, singleRequestBytes: 8, blockBytes: 4)
        let container = try #require(SignedURL("https://a.example/c?sig=1"))
        let blob = try await uploader.upload(Bytes(bytes: Array("0123456789".utf8)), name: "b", to: container)
        #expect("\(blob)" == "https://a.example/c/b")
        #expect(transport.sent.map(ScriptedTransport.body).dropLast() == ["0123", "4567", "89"])
        let last = try #require(transport.sent.last)
        #expect(last.url == "https://a.example/c/b?comp=blocklist&sig=1")
        let ids = ["MDAwMDAwMDA=", "MDAwMDAwMDE=", "MDAwMDAwMDI="]
        #expect(
            ScriptedTransport.body(last).hasSuffix(
                "<BlockList>\(ids.map { "<Latest>\($0)</Latest>" }.joined())</BlockList>"
            )
        )
        #expect(transport.sent.first?.url == "https://a.example/c/b?comp=block&blockid=MDAwMDAwMDA%3D&sig=1")
        #expect(registry.render().contains(#"kusto_sink_ingest_duration_seconds_count{leg="upload"} 4"#))
    }

    @Test("no secret is in an error or a line of the log")
    func keepsSecrets() async throws {
        for status in [400, 403, 500] {
            let transport = ScriptedTransport { request, _ in
                request.url.contains("blob.example") || request.url.contains("queue.example")
                    ? .success(HTTPResponse(status: status)) : nil
            }
            let client = fixture.client(transport)
            let upload = await #expect(throws: KustoError.self) {
                try await client.upload(Bytes(bytes: [1]), name: "b")
            }
            let blob = UploadedBlob(url: SignedURL(base: "https://a.example/c/b", signature: "sig=SBLOB"))
            let post = await #expect(throws: KustoError.self) { try await client.enqueue(blob, fixture.properties) }
            for text in [upload?.message, post?.message, "\(blob)", String(describing: upload)] {
                for secret in ["sig=", "T0KEN", "IDENT1TY", "S3CRET"] {
                    #expect(text?.contains(secret) == false, "\(text ?? "")")
                }
            }
        }
        for entry in fixture.log.entries {
            for secret in ["sig=", "T0KEN", "IDENT1TY", "S3CRET"] {
                #expect(!"\(entry.message) \(entry.metadata)".contains(secret))
            }
        }
    }
}
