import Testing

@testable import SinkConfiguration

@Suite("Which endpoints get credentials")
struct EndpointSettingsTests {
    @Test("A host that the user names is trusted")
    func additional() throws {
        let settings = try settings([
            "kusto.ingestion.url": "https://adx.corp.example/", "kusto.endpoint.trust": "wellknown,adx.corp.example",
        ])
        #expect(settings.kusto.ingestionURL == "https://adx.corp.example")
        for bad in ["https://adx.corp", "*.corp", "adx.corp:443", "a b"] {
            #expect(problems(["kusto.endpoint.trust": bad]).count == 1)
        }
    }

    @Test(
        "What is missing in an endpoint is added or derived",
        arguments: [
            (
                "https://c.r.kusto.windows.net/", nil, "https://ingest-c.r.kusto.windows.net",
                "https://c.r.kusto.windows.net", 1
            ),
            (
                "https://ingest-c.r.kusto.windows.net", nil, "https://ingest-c.r.kusto.windows.net",
                "https://c.r.kusto.windows.net", 0
            ),
            (
                "ingest-c.r.kusto.windows.net", nil, "https://ingest-c.r.kusto.windows.net",
                "https://c.r.kusto.windows.net", 0
            ),
            (
                "https://ingest-private-c.r.kusto.windows.net", nil, "https://ingest-private-c.r.kusto.windows.net",
                "https://private-c.r.kusto.windows.net", 0
            ),
            (
                "https://ingest-c.r.kusto.windows.net", "https://q.r.kusto.windows.net/",
                "https://ingest-c.r.kusto.windows.net", "https://q.r.kusto.windows.net", 0
            ),
            ("http://127.0.0.1:8080", nil, "http://127.0.0.1:8080", "http://127.0.0.1:8080", 0),
            ("http://localhost:80/", nil, "http://localhost:80", "http://localhost:80", 0),
        ] as [(String, String?, String, String, Int)]
    )
    func derivation(ingestion: String, query: String?, ingestionURL: String, queryURL: String, warnings: Int) throws {
        let settings = try settings(["kusto.ingestion.url": ingestion, "kusto.query.url": query])
        #expect(settings.kusto.ingestionURL == ingestionURL)
        #expect(settings.kusto.queryURL == queryURL)
        #expect(settings.warnings.count == warnings)
    }

    @Test("A bad endpoint is named, without the password that may stand in it")
    func naming() throws {
        let bad = try #require(
            problems(["kusto.ingestion.url": "https://user:pa55word@ingest-c.kusto.windows.net"]).first
        )
        #expect(bad.contains("kusto.ingestion.url") && !bad.contains("pa55word"))
        let query = problems(["kusto.query.url": "https://evil.com"])
        #expect(
            query.count == 1 && query[0].contains("kusto.query.url")
                && query[0].contains("known Azure Data Explorer endpoint")
        )
    }
}
