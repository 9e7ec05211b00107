import Foundation
import HTTP
import Logging
import Metrics
import Testing

@testable import Kusto

@Suite("Streaming ingestion", .timeLimit(.minutes(3)))
struct StreamingTests {
    private let fixture = ClientFixture()
    private let rows = Bytes(bytes: Array("{\"a\":1}\n".utf8))

    private static func answer(_ status: Int, _ code: String, _ message: String = "", isPermanent: Bool?)
        -> ScriptedTransport.Answer
    {
        let permanent = isPermanent.map { ",\"@permanent\":\($0)" } ?? ""
        return ScriptedTransport.json(
            "{\"error\":{\"code\":\"\(code)\",\"message\":\"m\",\"@message\":\"\(message)\"\(permanent)}}",
            status: status
        )
    }

    /// A transport whose streaming requests get these answers in turn, and then good ones.
    private func transport(_ answers: [ScriptedTransport.Answer], isThere: Bool = true) -> ScriptedTransport {
        ScriptedTransport { request, number in
            if request.url.contains("/v1/rest/ingest/") { return number < answers.count ? answers[number] : nil }
            if !isThere, ScriptedTransport.body(request).contains("mapping") {
                return ScriptedTransport.json(ScriptedTransport.table(["Name"], []))
            }
            return nil
        }
    }

    private func stream(_ transport: ScriptedTransport, _ client: KustoClient? = nil) async throws -> Bool {
        try await (client ?? fixture.client(transport)).stream(rows, fixture.properties, isCompressed: false)
    }

    @Test("sends the rows as they are to an address in which every name is encoded")
    func request() async throws {
        let transport = ScriptedTransport()
        let client = fixture.client(transport)
        var properties = fixture.properties
        properties.database = "My Db"
        properties.table = "a/b?ü"
        properties.mapping = .init(name: "m&1", kind: "Json")
        #expect(try await client.stream(rows, properties, isCompressed: true))
        #expect(try await client.stream(rows, fixture.properties, isCompressed: false))
        let sent = transport.sent(to: "/v1/rest/ingest/")
        try #require(sent.count == 2)
        #expect(
            sent[0].url
                == "https://c.example/v1/rest/ingest/My%20Db/a%2Fb%3F%C3%BC?streamFormat=multijson&mappingName=m%261"
        )
        #expect(sent[0].method == .post)
        #expect(ScriptedTransport.body(sent[0]) == "{\"a\":1}\n")
        #expect(sent[0].header("Content-Encoding") == "gzip")
        #expect(sent[1].header("Content-Encoding") == nil)
        #expect(sent[0].header("Content-Type") == "application/octet-stream")
        #expect(sent[0].header("Authorization") == "Bearer T0KEN")
        #expect(
            sent[0].header("x-ms-client-request-id")
                == "KustoSink.executeManagedStreamingIngest;2c183ca4-0bd7-47e9-881b-681df696a374;0"
        )
    }

    @Test("tries a transient failure three times, with growing pauses, and then leaves the batch to queued ingestion")
    func retries() async throws {
        let failure = Self.answer(500, "General_InternalServerError", isPermanent: false)
        let twice = transport([failure, .failure(HTTPError(.cut, "cut", url: "u"))])
        #expect(try await stream(twice))
        let names = twice.sent(to: "/v1/rest/ingest/").compactMap { $0.header("x-ms-client-request-id")?.last }
        #expect(names == ["0", "1", "2"])
        #expect((Duration.seconds(1)...(.seconds(2))).contains(fixture.clock.slept[0]))
        #expect((Duration.seconds(2)...(.seconds(4))).contains(fixture.clock.slept[1]))
        let thrice = transport([failure, failure, failure])
        #expect(try await !stream(thrice))
        #expect(thrice.sent(to: "/v1/rest/ingest/").count == 3)
    }

    @Test(
        "queues the table's batches for a while when streaming is not to be had, and then tries again",
        arguments: [
            (answer(429, "TooManyRequests", isPermanent: false), 10),
            (answer(503, "General_ThrottledIngestion", isPermanent: false), 10),
            (.success(HTTPResponse(status: 404, headers: [HTTPHeader("x-ms-activity-id", "1")])), 900),
            (answer(400, "x", "Streaming ingestion policy is not enabled on table 'T'", isPermanent: true), 900),
            (answer(400, "BadRequest_StreamingIngestionPolicyNotEnabled", "m", isPermanent: true), 900),
            (answer(400, "x", "streaming ingestion is disabled for the database", isPermanent: nil), 900),
            (answer(400, "x", "the update policy of table T cannot be used with streaming", isPermanent: true), 900),
            (.failure(HTTPError(.timedOut, "late", url: "u")), 10),
        ] as [(ScriptedTransport.Answer, Int)]
    )
    func pauses(answer: ScriptedTransport.Answer, seconds: Int) async throws {
        let transport = transport([answer])
        let client = fixture.client(transport)
        #expect(try await !stream(transport, client))
        #expect(fixture.clock.slept.isEmpty)
        fixture.clock.advance(by: .seconds(seconds - 1))
        #expect(try await !stream(transport, client))
        #expect(transport.sent(to: "/v1/rest/ingest/").count == 1)
        fixture.clock.advance(by: .seconds(1))
        #expect(try await stream(transport, client))
        let lines = fixture.log.entries.filter { $0.message.contains("queued for a while") }
        #expect(lines.count == 1)
        #expect(lines.first?.metadata["kusto.table"] == "Db.T")
    }

    @Test("waits as long as a throttling answer asks for")
    func retryAfter() async throws {
        let busy = HTTPResponse(status: 429, headers: [HTTPHeader("Retry-After", "60")])
        let transport = transport([.success(busy)])
        let client = fixture.client(transport)
        #expect(try await !stream(transport, client))
        fixture.clock.advance(by: .seconds(59))
        #expect(try await !stream(transport, client))
        fixture.clock.advance(by: .seconds(1))
        #expect(try await stream(transport, client))
    }

    @Test("queues what ADX finds too large for one request, and goes on streaming the others")
    func tooLarge() async throws {
        for answer in [
            Self.answer(413, "BadRequest_RequestTooLarge", isPermanent: true), .success(HTTPResponse(status: 413)),
            Self.answer(400, "x", "the stream is too large", isPermanent: true),
        ] {
            let isADX = if case .success(let response) = answer { !response.body.isEmpty } else { false }
            let transport = transport([answer])
            let client = fixture.client(transport)
            if isADX { #expect(try await !stream(transport, client)) }
            #expect(try await stream(transport, client))
        }
    }

    @Test("a permanent refusal of the rows is a permanent failure, without queueing")
    func permanent() async throws {
        for code in ["General_BadRequest", "Stream_WrongNumberOfFields", "BadRequest_NoRecordsOrWrongFormat"] {
            let transport = transport([Self.answer(400, code, "malformed", isPermanent: true)])
            let error = await #expect(throws: KustoError.self) { try await stream(transport) }
            #expect(error?.disposition == .rejected)
            #expect(error?.leg == .streaming)
            #expect(error?.serviceCode == code)
            #expect(error?.mayBeDataFault == true)
        }
        let refused = transport([Self.answer(403, "Forbidden", "no", isPermanent: true)])
        let error = await #expect(throws: KustoError.self) { try await stream(refused) }
        #expect(error?.code == .forbidden)
        #expect(error?.mayBeDataFault == false)
    }

    @Test(
        "a mapping that streaming does not know is refused only if it is not there: changes take a while to get around"
    )
    func propagation() async throws {
        let answer = Self.answer(400, "BadRequest_MappingReferenceWasNotFound", isPermanent: true)
        #expect(try await !stream(transport([answer])))
        let missing = transport([answer], isThere: false)
        let error = await #expect(throws: KustoError.self) { try await stream(missing) }
        #expect(error?.code == .mappingNotFound)
    }

    @Test("a failure inside an answer of status 200 is one")
    func lateFailures() async throws {
        let permanent =
            #"{"Tables":[],"OneApiErrors":[{"error":{"code":"Stream_ClosingQuoteMissing","@permanent":true}}]}"#
        await #expect(throws: KustoError.self) { try await stream(transport([ScriptedTransport.json(permanent)])) }
        let torn = ScriptedTransport.json("{\"Tables\":[{\"Tab")
        #expect(try await stream(transport([torn, torn])))
        #expect(try await !stream(transport([torn, torn, torn])))
    }

    @Test("says so when the rows are in but an update policy has failed")
    func updatePolicy() async throws {
        let answer = ScriptedTransport.table(
            ["ConsumedRecordsCount", "UpdatePolicyStatus", "UpdatePolicyFailureCode", "UpdatePolicyFailureReason"],
            [["0", "Failed", "UpdatePolicy_X", "why"]]
        )
        #expect(try await stream(transport([ScriptedTransport.json(answer)])))
        #expect(fixture.log.entries.contains { $0.metadata["error.code"] == "UpdatePolicy_X" })
    }

    @Test("sends nothing for a batch that is not wanted any more")
    func unwanted() async throws {
        let transport = transport([Self.answer(500, "x", isPermanent: false)])
        let client = fixture.client(transport)
        var asked = 0
        let error = await #expect(throws: KustoError.self) {
            try await client.stream(rows, fixture.properties, isCompressed: false) {
                asked += 1
                return asked == 1
            }
        }
        #expect(error?.code == .cancelled)
        #expect(transport.sent(to: "/v1/rest/ingest/").count == 1)
    }

    @Test(
        "the size rule of managed streaming decides at once",
        arguments: [
            (2 << 20, true, "csv", true), ((2 << 20) + 1, true, "csv", false),
            (2 << 20, true, "avro", true), ((2 << 20) + 1, true, "avro", false),
            (6 << 20, false, "multijson", true), ((6 << 20) + 2, false, "json", false),
            (8 << 20, false, "csv", true), ((8 << 20) + 2, false, "tsv", false),
            (8 << 20, false, "json", false),
            ((4 << 20) * 2 / 3, false, "avro", true), ((4 << 20) * 2 / 3 + 2, false, "parquet", false),
            ((10 << 20) + 1, false, "csv", false), (1, true, "json", true), (0, false, "csv", true),
        ] as [(Int, Bool, String, Bool)]
    )
    func sizes(bytes: Int, isCompressed: Bool, format: String, isAllowed: Bool) {
        #expect(
            StreamingEligibility.allows(bodyBytes: bytes, isCompressed: isCompressed, format: format) == isAllowed
        )
    }

    @Test("a batch that is too large is not sent")
    func doesNotSend() async throws {
        let transport = ScriptedTransport()
        let large = Bytes(bytes: Array(repeating: 32, count: (2 << 20) + 1))
        #expect(try await !fixture.client(transport).stream(large, fixture.properties, isCompressed: true))
        #expect(transport.sent.isEmpty)
        #expect(fixture.registry.render().contains(#"kusto_sink_streaming_fallbacks_total{reason="size"} 1"#))
    }

    @Test("no secret is in an error or a line of the log")
    func keepsSecrets() async throws {
        for status in [400, 403, 404, 413, 500] {
            let transport = ScriptedTransport { request, _ in
                request.url.contains("/v1/rest/ingest/")
                    ? .success(HTTPResponse(status: status, headers: [HTTPHeader("x-ms-activity-id", "1")])) : nil
            }
            _ = try? await stream(transport)
        }
        for entry in fixture.log.entries {
            for secret in ["T0KEN", "S3CRET"] { #expect(!"\(entry.message) \(entry.metadata)".contains(secret)) }
        }
    }
}
