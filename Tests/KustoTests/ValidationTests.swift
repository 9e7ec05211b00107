import HTTP
import Identity
import JSON
import Logging
import Secrets
import Testing

@testable import Kusto

@Suite("Whether a table can be used", .timeLimit(.minutes(3)))
struct ValidationTests {
    private let fixture = ClientFixture()

    @Test("a good table passes, and the checks are those of the connector")
    func validatesTables() async throws {
        let transport = ScriptedTransport()
        try await fixture.client(transport).validate(
            TableTarget(database: "Db", table: "my-table", mapping: .init(name: "it's", kind: "Json"))
        )
        let query = try #require(transport.sent(to: "/v2/rest/query").first)
        #expect(ScriptedTransport.body(query).contains(#""csl":"['my-table'] | count""#))
        #expect(ScriptedTransport.body(query).contains("validatepermissions"))
        let command = try #require(transport.sent(to: "https://c.example/v1/rest/mgmt").first)
        #expect(ScriptedTransport.body(command).contains(#".show table ['my-table'] ingestion json mapping 'it\\'s'"#))
        let right = try #require(transport.sent(to: "https://c.example/v1/rest/mgmt").last)
        #expect(
            ScriptedTransport.body(right).contains(
                ".show principal access with (principal='aadapp=app;tenant', accesstype='ingest', database='Db', table='my-table')"
            )
        )
    }

    @Test(
        "names are always in brackets, since many a word is the language's own",
        arguments: ["print", "T", "a.b", "it's"]
    )
    func brackets(name: String) async throws {
        let transport = ScriptedTransport()
        try await fixture.client(transport).validate(TableTarget(database: "Db", table: name))
        let query = try #require(transport.sent(to: "/v2/rest/query").first)
        let body = try JSONValue(parsing: Array(ScriptedTransport.body(query).utf8))
        #expect(body["csl"]?.stringValue == "['\(name.replacing("'", with: "\\'"))'] | count")
    }

    private func command(_ request: HTTPRequest) -> String {
        let body = try? JSONValue(parsing: Array(ScriptedTransport.body(request).utf8))
        return body?["csl"]?.stringValue ?? ""
    }

    private static let absent = ScriptedTransport.json(
        #"{"error":{"code":"BadRequest_MappingReferenceWasNotFound","@message":"no","@permanent":true}}"#,
        status: 400
    )

    @Test(
        "a mapping may belong to the table or to its database",
        arguments: ["table ['T']", "database ['Db']", "nobody"]
    )
    func findsMappings(place: String) async throws {
        let transport = ScriptedTransport { [self] request, _ in
            let isAsked = command(request).contains(" mapping 'm'")
            return isAsked && !command(request).hasPrefix(".show \(place) ") ? Self.absent : nil
        }
        let target = TableTarget(database: "Db", table: "T", mapping: .init(name: "m", kind: "Json"))
        do {
            try await fixture.client(transport).validate(target)
            #expect(place != "nobody")
        } catch {
            #expect(place == "nobody" && error.code == .mappingNotFound)
            #expect(
                error.message.contains("table T in database Db has no json mapping m, and neither has the database")
            )
            #expect(error.message.contains(".create table ['T'] ingestion json mapping 'm'"))
        }
    }

    @Test(
        "a table may be streamed into by its own policy, or else by its database's",
        arguments: [
            ("{\\\"IsEnabled\\\":true}", nil, true), (nil, "{\\\"IsEnabled\\\":true}", true), (nil, nil, false),
            ("{\\\"IsEnabled\\\":false}", "{\\\"IsEnabled\\\":true}", false),
            (nil, "{\\\"IsEnabled\\\":false}", false), ("{\\\"HintAllocatedRate\\\":2.1}", nil, true),
            ("null", nil, false),
        ] as [(String?, String?, Bool)]
    )
    func streamingPolicy(ofTable: String?, ofDatabase: String?, isGood: Bool) async throws {
        let transport = ScriptedTransport { [self] request, _ in
            func answer(_ policy: String?) -> ScriptedTransport.Answer {
                let cell = policy.map { "\"\($0)\"" } ?? "null"
                return ScriptedTransport.json(
                    #"{"Tables":[{"Columns":[{"ColumnName":"PolicyName"},{"ColumnName":"Policy"}],"Rows":[["S",\#(cell)]]}]}"#
                )
            }
            switch command(request) {
            case ".show table ['T'] policy streamingingestion": return answer(ofTable)
            case ".show database ['Db'] policy streamingingestion": return answer(ofDatabase)
            default: return nil
            }
        }
        let client = fixture.client(transport)
        try await client.validate(TableTarget(database: "Db", table: "T"))
        #expect(!transport.sent.contains { command($0).contains("policy") })
        do {
            try await client.validate(TableTarget(database: "Db", table: "T", isStreaming: true))
            #expect(isGood)
        } catch {
            #expect(!isGood && error.code == .streamingUnavailable && error.isRefusal)
            #expect(error.message.contains(".alter table ['T'] policy streamingingestion enable"))
        }
    }

    @Test("an answer without a mapping is none")
    func ignoresEmptyAnswers() async throws {
        let transport = ScriptedTransport { [self] request, _ in
            command(request).contains(" mapping 'm'")
                ? ScriptedTransport.json(ScriptedTransport.table(["Name"], [])) : nil
        }
        let target = TableTarget(database: "Db", table: "T", mapping: .init(name: "m", kind: "Json"))
        let error = await #expect(throws: KustoError.self) { try await fixture.client(transport).validate(target) }
        #expect(error?.code == .mappingNotFound)
    }

    @Test("Apache's reader of Avro uses mappings of kind avro")
    func asksForAvro() async throws {
        let transport = ScriptedTransport()
        let target = TableTarget(database: "Db", table: "T", mapping: .init(name: "m", kind: "ApacheAvro"))
        try await fixture.client(transport).validate(target)
        #expect(transport.sent.contains { command($0) == ".show table ['T'] ingestion avro mapping 'm'" })
    }

    @Test(
        "the check of a table must say OK, unless the engine counts the rows instead",
        arguments: [
            (#""OK""#, true), ("5", true), ("0", true), (#""Incomplete""#, false), (#""ok?""#, false), ("null", false),
        ]
    )
    func readsTheVerdict(cell: String, isGood: Bool) async throws {
        let transport = ScriptedTransport { request, _ in
            guard request.url.hasSuffix("/query") else { return nil }
            return ScriptedTransport.json(
                #"[{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":[{"ColumnName":"R"}],"Rows":[[\#(cell)]]}]"#
            )
        }
        do {
            try await fixture.client(transport).validate(TableTarget(database: "Db", table: "T"))
            #expect(isGood)
        } catch {
            #expect(!isGood && error.disposition == .rejected)
            #expect(error.message.contains("where 'OK' is expected"))
        }
    }

    @Test(
        "the right to ingest is asked for, in any form of the answer, and a missing one is told with its remedy",
        arguments: [
            ("true", true), ("false", false), ("1", true), ("0", false), (#""True""#, true), (#""false""#, false),
            ("null", true), (#""perhaps""#, true),
        ]
    )
    func checksTheRight(cell: String, isGranted: Bool) async throws {
        let transport = ScriptedTransport { [self] request, _ in
            guard command(request).hasPrefix(".show principal access") else { return nil }
            return ScriptedTransport.json(#"{"Tables":[{"Columns":[],"Rows":[["AadApp","x","ingest",\#(cell)]]}]}"#)
        }
        do {
            try await fixture.client(transport).validate(TableTarget(database: "D b", table: "T"))
            #expect(isGranted)
        } catch {
            #expect(!isGranted && error.code == .missingRight && error.disposition == .rejected)
            #expect(error.message.contains("aadapp=app;tenant may not ingest into table T of database D b"))
            #expect(error.message.hasSuffix("grant it with .add database ['D b'] ingestors ('aadapp=app;tenant')"))
        }
    }

    @Test(
        "a service that does not answer the question about the right keeps nobody from starting",
        arguments: [400, 403]
    )
    func toleratesRefusals(status: Int) async throws {
        let transport = ScriptedTransport { [self] request, _ in
            guard command(request).hasPrefix(".show principal access") else { return nil }
            return ScriptedTransport.json(#"{"error":{"code":"x","@permanent":true}}"#, status: status)
        }
        try await fixture.client(transport).validate(TableTarget(database: "Db", table: "T"))
    }

    @Test("who asks is known to ADX as an application, if it is known here")
    func principals() {
        func name(
            _ credential: Credential,
            _ environment: [String: String] = [:]
        ) -> String? {
            Principal(
                KustoConfiguration(
                    ingestionURL: "",
                    queryURL: "",
                    credential: credential,
                    environment: environment
                )
            )?.name
        }
        #expect(
            name(.clientSecret(EntraApplication(tenantID: "t", clientID: "c"), RotatedSecret(Secret("s"))))
                == "aadapp=c;t"
        )
        #expect(name(.managedIdentity(.clientID("c"))) == "aadapp=c")
        #expect(name(.managedIdentity(.systemAssigned)) == nil)
        #expect(name(.token(RotatedSecret(Secret("s")))) == nil)
        #expect(name(.workloadIdentity) == nil)
        #expect(name(.workloadIdentity, ["AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t"]) == "aadapp=c;t")
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
            try await fixture.client(transport).validate(TableTarget(database: "Db", table: "T"))
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
        try await fixture.client(transport).validate(TableTarget(database: "Db", table: "T"))
        #expect(fixture.log.entries.contains { $0.message.hasPrefix("table not checked") })
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
        let error = await #expect(throws: KustoError.self) {
            try await fixture.client(transport).query("T", database: "Db")
        }
        #expect(error?.message.contains("LimitsExceeded") == true)
        #expect(error?.disposition == .retry)
    }

    @Test(
        "failures beside the tables of a command's answer are failures too",
        arguments: [
            #"{"Tables":[{"Columns":[{"ColumnName":"a"}],"Rows":[[1]]}],"Exceptions":["Query was cancelled: E1"]}"#,
            #"{"Tables":[{"Columns":[{"ColumnName":"a"}],"Rows":[[1],{"Exceptions":["E1"]}]}]}"#,
            #"{"Exceptions":["E1"]}"#,
            #"{"Tables":[],"OneApiErrors":[{"error":{"code":"E1","message":"m","@permanent":false}}]}"#,
        ]
    )
    func findsExceptions(answer: String) async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("c.example/v1/rest/mgmt") ? ScriptedTransport.json(answer) : nil
        }
        let error = await #expect(throws: KustoError.self) {
            try await fixture.client(transport).manage(".show version", database: "Db")
        }
        #expect(error?.message.contains("E1") == true)
        #expect(error?.disposition == .retry)
    }
}
