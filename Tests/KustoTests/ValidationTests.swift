import HTTP
import Logging
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
}
