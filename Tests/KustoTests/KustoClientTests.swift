import Foundation
import HTTP
import JSON
import Logging
import Metrics
import Secrets
import Testing

@testable import Kusto

private struct Bytes: HTTPBodySource {
    let bytes: [UInt8]
    var count: Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let part = bytes[offset..<min(bytes.count, offset + buffer.count)]
        unsafe buffer.copyBytes(from: part)
        return part.count
    }
}

@Suite("Kusto client", .timeLimit(.minutes(3)))
struct KustoClientTests {
    private let clock = ManualClock()
    private let log = MemoryLogSink()
    private let registry = MetricsRegistry()

    private func client(
        _ transport: ScriptedTransport,
        _ authentication: KustoConfiguration.Authentication = .application(
            tenantID: "tenant",
            clientID: "app",
            secret: Secret("S3CRET&")
        ),
        environment: [String: String] = [:]
    ) -> KustoClient {
        KustoClient(
            configuration: KustoConfiguration(
                ingestionURL: "https://ingest-c.example",
                queryURL: "https://c.example",
                authentication: authentication,
                application: "my sink",
                environment: environment
            ),
            transport: transport,
            logger: Logger(label: "test", level: .trace, sink: log),
            metrics: registry,
            clock: clock.clock
        )
    }

    private var properties: IngestionProperties {
        IngestionProperties(
            database: "Db",
            table: "T",
            format: "multijson",
            mapping: .init(name: "m1", kind: "Json"),
            rawBytes: 1234,
            sourceID: UUID(uuidString: "2C183CA4-0BD7-47E9-881B-681DF696A374") ?? UUID()
        )
    }

    private func mgmt(_ request: HTTPRequest, _ command: String) -> Bool {
        ScriptedTransport.body(request).contains(command)
    }

    @Test("logs in where the cluster says, once for many requests")
    func logsIn() async throws {
        let transport = ScriptedTransport()
        let client = client(transport)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await client.manage(".show version", database: "Db") } }
            try await group.waitForAll()
        }
        #expect(transport.sent(to: "/auth/metadata").map(\.url) == ["https://ingest-c.example/v1/rest/auth/metadata"])
        let tokens = transport.sent(to: "/token")
        #expect(tokens.map(\.url) == ["https://login.example/tenant/oauth2/v2.0/token"])
        #expect(
            tokens.map(ScriptedTransport.body) == [
                "client_id=app&client_secret=S3CRET%26&grant_type=client_credentials&scope=https%3A%2F%2Fkusto.example%2F.default"
            ]
        )
        let commands = transport.sent(to: "/v1/rest/mgmt")
        #expect(commands.count == 20)
        let headers = Dictionary(uniqueKeysWithValues: commands[0].headers.map { ($0.name, $0.value) })
        #expect(headers["Authorization"] == "Bearer T0KEN")
        #expect(headers["Content-Type"] == "application/json; charset=utf-8")
        #expect(headers["x-ms-app"] == "Kusto.Sink:{my_sink}")
        #expect(ScriptedTransport.body(commands[0]) == #"{"db":"Db","csl":".show version"}"#)
    }

    @Test("a cluster without metadata belongs to the public cloud")
    func assumesThePublicCloud() async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("metadata") ? .success(HTTPResponse(status: 404)) : nil
        }
        _ = try await client(transport).manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").first?.url.hasPrefix("https://login.microsoftonline.com/tenant/") == true)
    }

    @Test("sends no credential to a login endpoint without TLS")
    func refusesPlainLogins() async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("metadata")
                ? ScriptedTransport.json(#"{"AzureAD":{"LoginEndpoint":"http://login.example"}}"#) : nil
        }
        let error = await #expect(throws: KustoError.self) { try await client(transport).connect() }
        #expect(error?.code == .untrustedEndpoint)
        #expect(transport.sent(to: "/token").isEmpty)
    }

    @Test("renews a token before it ends, goes on with the old one when that fails, and not for ever")
    func renewsTokens() async throws {
        let transport = ScriptedTransport { request, before in
            request.url.hasSuffix("/token") && before > 0 ? .success(HTTPResponse(status: 503)) : nil
        }
        let client = client(transport)
        _ = try await client.manage(".show version", database: "Db")
        clock.advance(by: .seconds(3000))
        _ = try await client.manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").count == 1)
        clock.advance(by: .seconds(400))
        _ = try await client.manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").count == 2)
        #expect(registry.render().contains(#"kusto_sink_refresh_failures_total{what="token"} 1"#))
        #expect(log.entries.contains { $0.level == .warning && $0.metadata["refresh.of"] == "token" })
        clock.advance(by: .seconds(10))
        _ = try await client.manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").count == 2, "not again within 30 s")
        clock.advance(by: .seconds(300))
        let error = await #expect(throws: KustoError.self) { try await client.manage(".show version", database: "Db") }
        #expect(error?.leg == .token)
        #expect(error?.disposition == .retry)
    }

    @Test("a refused token is replaced once, then the refusal is the answer")
    func replacesRefusedTokens() async throws {
        let refusal = HTTPResponse(status: 401, headers: [HTTPHeader("WWW-Authenticate", "Bearer")])
        let once = ScriptedTransport { request, before in
            request.url.hasSuffix("/mgmt") && before == 0 ? .success(refusal) : nil
        }
        _ = try await client(once).manage(".show version", database: "Db")
        #expect(once.sent(to: "/token").count == 2)
        let always = ScriptedTransport { request, _ in
            request.url.hasSuffix("/mgmt") ? .success(refusal) : nil
        }
        let error = await #expect(throws: KustoError.self) {
            try await client(always).manage(".show version", database: "Db")
        }
        #expect(error?.code == .unauthenticated)
        #expect(error?.isRefusal == true)
        #expect(always.sent(to: "/token").count == 2)
    }

    @Test("exchanges the pod's token, read anew each time, and asks the machine's endpoint for its identity")
    func usesOtherIdentities() async throws {
        let file = FileManager.default.temporaryDirectory.path + "/token-\(UUID().uuidString)"
        try "POD-T0KEN\n".write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let pod = ScriptedTransport()
        let environment = [
            "AZURE_CLIENT_ID": "id", "AZURE_TENANT_ID": "tid", "AZURE_FEDERATED_TOKEN_FILE": file,
            "AZURE_AUTHORITY_HOST": "login.pod.example/",
        ]
        try await client(pod, .workloadIdentity, environment: environment).connect()
        #expect(pod.sent(to: "/token").first?.url == "https://login.pod.example/tid/oauth2/v2.0/token")
        #expect(
            pod.sent(to: "/token").first.map(ScriptedTransport.body)?.hasSuffix("client_assertion=POD-T0KEN") == true
        )

        let incomplete = await #expect(throws: KustoError.self) {
            try await client(ScriptedTransport(), .workloadIdentity).connect()
        }
        #expect(incomplete?.message.contains("AZURE_CLIENT_ID is not set") == true)

        let machine = ScriptedTransport { request, _ in
            request.url.contains("169.254")
                ? ScriptedTransport.json(#"{"access_token":"M","expires_in":"86400","expires_on":"0"}"#) : nil
        }
        try await client(machine, .managedIdentity(clientID: "mi")).connect()
        #expect(
            machine.sent(to: "169.254").first?.url
                == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fkusto.example&client_id=mi"
        )
        #expect(machine.sent(to: "169.254").first?.headers == [HTTPHeader("Metadata", "true")])
    }

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
        let client = client(transport)
        let blob = try await client.upload(Bytes(bytes: Array("data".utf8)), name: "Db__T__ä 1.json.gz")
        #expect("\(blob)" == "https://a1.blob.example/c1/Db__T__%C3%A4%201.json.gz")
        let put = try #require(transport.sent(to: "blob.example").first)
        #expect(put.method == .put)
        #expect(put.url == "https://a1.blob.example/c1/Db__T__%C3%A4%201.json.gz?sv=1&sig=S%2BA1%3D")
        #expect(put.headers.contains(HTTPHeader("x-ms-blob-type", "BlockBlob")))
        #expect(put.headers.contains(HTTPHeader("x-ms-date", "Fri, 15 Jan 2027 08:00:00 GMT")))
        #expect(!put.headers.contains { $0.name == "Authorization" })
        #expect(ScriptedTransport.body(put) == "data")

        try await client.enqueue(blob, properties)
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
            KustoConfiguration(ingestionURL: "", queryURL: "", authentication: .workloadIdentity),
            registry,
            clock.clock
        )
        let uploader = BlobUploader(wire: wire, singleRequestBytes: 8, blockBytes: 4)
        let container = try #require(SignedURL("https://a.example/c?sig=1"))
        let blob = try await uploader.upload(Bytes(bytes: Array("0123456789".utf8)), name: "b", to: container)
        #expect(blob.bytes == 10)
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

    @Test("tries the other account when one fails, three times in all")
    func fallsBack() async throws {
        let halfDead = ScriptedTransport { request, _ in
            request.url.contains("a1.blob") ? .success(HTTPResponse(status: 503)) : nil
        }
        let client = client(halfDead)
        for _ in 0..<5 {
            #expect("\(try await client.upload(Bytes(bytes: [1]), name: "b"))".hasPrefix("https://a2"))
        }
        // Ranking soon avoids the bad account.
        #expect(halfDead.sent(to: "a1.blob").count <= 2)

        let dead = ScriptedTransport { request, _ in
            request.url.contains("blob.example")
                ? .failure(HTTPError(.timedOut, "PUT timed out", url: request.url)) : nil
        }
        let error = await #expect(throws: KustoError.self) {
            try await self.client(dead).upload(Bytes(bytes: [1]), name: "b")
        }
        #expect(error?.code == .timedOut)
        #expect(error?.leg == .upload)
        #expect(dead.sent(to: "blob.example").count == 3)
    }

    @Test("asks for new resources when storage refuses a signature")
    func renewsResources() async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.contains("sig=OLD") ? .success(HTTPResponse(status: 403)) : nil
        }
        let stale = ScriptedTransport { request, before in
            if ScriptedTransport.body(request).contains(".get ingestion resources"), before == 0 {
                return ScriptedTransport.json(
                    ScriptedTransport.table(
                        ["ResourceTypeName", "StorageRoot"],
                        [
                            ["TempStorage", "https://a1.blob.example/c1?sig=OLD"],
                            ["SecuredReadyForAggregationQueue", "https://a1.queue.example/q1?sig=OLD"],
                        ]
                    )
                )
            }
            return request.url.contains("sig=OLD") ? .success(HTTPResponse(status: 403)) : nil
        }
        _ = transport
        _ = try await client(stale).upload(Bytes(bytes: [1]), name: "b")
        #expect(stale.sent.count { mgmt($0, ".get ingestion resources") } == 2)
        #expect(stale.sent(to: "blob.example").count == 2)
    }

    @Test("keeps the old resources while Data Management does not answer")
    func keepsResources() async throws {
        let transport = ScriptedTransport { request, before in
            request.url.contains("ingest-c") && request.url.hasSuffix("/mgmt") && before >= 2
                ? .success(HTTPResponse(status: 503)) : nil
        }
        let client = client(transport)
        try await client.connect()
        clock.advance(by: .seconds(3601))
        // The token is over too, and comes anew.
        _ = try await client.upload(Bytes(bytes: [1]), name: "b")
        #expect(transport.sent.count { mgmt($0, ".get ingestion resources") } == 2)
    }

    @Test("a good table passes, and the checks are those of the connector")
    func validatesTables() async throws {
        let transport = ScriptedTransport()
        try await client(transport).validate(
            TableTarget(database: "Db", table: "my-table", mapping: .init(name: "it's", kind: "Json"))
        )
        let query = try #require(transport.sent(to: "/v2/rest/query").first)
        #expect(ScriptedTransport.body(query).contains(#""csl":"['my-table'] | count""#))
        #expect(ScriptedTransport.body(query).contains("validatepermissions"))
        let command = try #require(transport.sent(to: "https://c.example/v1/rest/mgmt").first)
        #expect(ScriptedTransport.body(command).contains(#".show table ['my-table'] ingestion json mapping 'it\\'s'"#))
    }

    @Test(
        "says what is missing",
        arguments: [
            ("BadRequest_TableNotExist", "x", KustoError.Code.tableNotFound, "table T does not exist in database Db"),
            (
                "General_BadRequest", "Semantic error: 'T' failed to resolve table", .tableNotFound,
                "table T does not exist"
            ),
            ("BadRequest_DatabaseNotExist", "x", .databaseNotFound, "database Db does not exist"),
        ]
    )
    func explainsMissingTables(code: String, text: String, expected: KustoError.Code, message: String) async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("/query")
                ? ScriptedTransport.json(
                    #"{"error":{"code":"\#(code)","@message":"\#(text)","@permanent":true}}"#,
                    status: 400
                ) : nil
        }
        let error = await #expect(throws: KustoError.self) {
            try await client(transport).validate(TableTarget(database: "Db", table: "T"))
        }
        #expect(error?.code == expected)
        #expect(error?.message.contains(message) == true)
    }

    @Test("who may not look is not refused")
    func toleratesIngestors() async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("/query")
                ? ScriptedTransport.json(#"{"error":{"code":"Forbidden","message":"no"}}"#, status: 403) : nil
        }
        try await client(transport).validate(TableTarget(database: "Db", table: "T"))
        #expect(log.entries.contains { $0.message.hasPrefix("table not checked") })
    }

    @Test(
        "failures inside an answer with status 200 are failures",
        arguments: [
            #"[{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":[{"ColumnName":"a"}],"Rows":[[1],{"OneApiErrors":[{"error":{"code":"LimitsExceeded","message":"m","@permanent":false}}]}]}]"#,
            #"[{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":[],"Rows":[]},{"FrameType":"DataSetCompletion","HasErrors":true,"OneApiErrors":[{"error":{"code":"LimitsExceeded","message":"m","@permanent":false}}]}]"#,
        ]
    )
    func findsPartialFailures(answer: String) async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("/query") ? ScriptedTransport.json(answer) : nil
        }
        let error = await #expect(throws: KustoError.self) { try await client(transport).query("T", database: "Db") }
        #expect(error?.message.contains("LimitsExceeded") == true)
        #expect(error?.disposition == .retry)
    }

    @Test("no secret is in an error or a line of the log")
    func keepsSecrets() async throws {
        for status in [400, 403, 500] {
            let transport = ScriptedTransport { request, _ in
                request.url.contains("blob.example") || request.url.contains("queue.example")
                    ? .success(HTTPResponse(status: status)) : nil
            }
            let client = client(transport)
            let upload = await #expect(throws: KustoError.self) {
                try await client.upload(Bytes(bytes: [1]), name: "b")
            }
            let blob = UploadedBlob(url: SignedURL(base: "https://a.example/c/b", signature: "sig=SBLOB"), bytes: 1)
            let post = await #expect(throws: KustoError.self) { try await client.enqueue(blob, properties) }
            for text in [upload?.message, post?.message, "\(blob)", String(describing: upload)] {
                for secret in ["sig=", "T0KEN", "IDENT1TY", "S3CRET"] {
                    #expect(text?.contains(secret) == false, "\(text ?? "")")
                }
            }
        }
        for entry in log.entries {
            for secret in ["sig=", "T0KEN", "IDENT1TY", "S3CRET"] {
                #expect(!"\(entry.message) \(entry.metadata)".contains(secret))
            }
        }
    }
}
