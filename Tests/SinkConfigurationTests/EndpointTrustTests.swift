import Testing

@testable import SinkConfiguration

@Suite("Which endpoints get credentials")
struct EndpointTrustTests {
    @Test("Azure's hosts and loopback are trusted", arguments: [
        "https://ingest-c.westeurope.kusto.windows.net", "https://C.KUSTO.WINDOWS.NET/", "c.kusto.windows.net", "https://a.b.kusto.windows.net:443",
        "https://x.kusto.usgovcloudapi.net", "https://x.kusto.chinacloudapi.cn", "https://x.kusto.core.eaglex.ic.gov",
        "https://x.kusto.core.microsoft.scloud", "https://x.kusto.sovcloud-api.de", "https://x.z0.kusto.fabric.microsoft.com",
        "https://ade.loganalytics.io/subscriptions/s", "https://adx.monitor.azure.us", "https://adx.int.monitor.azure.com",
        "https://kusto.aria.microsoft.com", "http://localhost:8080", "http://127.0.0.1:1", "http://127.8.9.10", "https://[::1]:5",
        "HTTPS://ingest-private-c.westeurope.kusto.windows.net",
    ])
    func trusted(url: String) { #expect(EndpointTrust().refusal(of: url) == nil) }

    @Test("Look-alikes are not", arguments: [
        "https://evil.com", "https://kusto.windows.net", "https://.kusto.windows.net", "https://evilkusto.windows.net",
        "https://c.kusto.windows.net.evil.com", "https://c.kusto.windows.net@evil.com", "https://u:p@c.kusto.windows.net",
        "https://evil.com/.kusto.windows.net", "https://evil.com?.kusto.windows.net", "https://evil.com#.kusto.windows.net",
        "https://evil.com\\.kusto.windows.net", "https://evil.com%2f.kusto.windows.net", "https://evil.com;.kusto.windows.net",
        "https://evil.com:443@c.kusto.windows.net", "https://c.kusto.windows.net.", "https://c..kusto.windows.net",
        "https://127.0.0.1.evil.com", "https://127.evil.com", "https://127.0.0.256", "https://localhost.evil.com", "https://[::1].evil.com",
        "https://[::1", "https://[evil.com]", "https://c.kusto.windows.net:0", "https://c.kusto.windows.net:99999",
        "https://c.kusto.windows.net:443:80", "https://c.kusto.windows.net:+443", "ftp://c.kusto.windows.net", "file:///etc/passwd", "//c.kusto.windows.net",
        "https://", "", "https://c.kusto.windows.net\n.evil.com", "https://evil.com\t.kusto.windows.net", "https://с.kusto.windows.net",
        "https://c.kusto.windows。net", "https://-", "https://10.0.0.1", "https://0.0.0.0", "https://2130706433", "http://0x7f.1",
    ])
    func refused(url: String) throws {
        let reason = try #require(EndpointTrust().refusal(of: url))
        #expect(url.isEmpty || !reason.contains(url))
    }

    @Test("Plain http is for loopback only, also for hosts that the user trusts")
    func plainHTTP() {
        let sentence = "HTTP is not supported. Only HTTPS endpoints are allowed."
        #expect(EndpointTrust().refusal(of: "http://c.kusto.windows.net") == sentence)
        #expect(EndpointTrust(additionalHosts: ["adx.corp"]).refusal(of: "http://adx.corp") == sentence)
    }

    @Test("A host that the user names is trusted, and only that host")
    func additional() throws {
        let trust = EndpointTrust(additionalHosts: ["ADX.corp.example"])
        #expect(trust.refusal(of: "https://adx.corp.example/x") == nil)
        for other in ["https://x.adx.corp.example", "https://adx.corp.example.evil.com", "https://adx.corp"] {
            #expect(trust.refusal(of: other) != nil)
        }
        let settings = try settings(["kusto.ingestion.url": "https://adx.corp.example/", "kusto.endpoint.trust": "wellknown,adx.corp.example"])
        #expect(settings.kusto.ingestionURL == "https://adx.corp.example")
        for bad in ["https://adx.corp", "*.corp", "adx.corp:443", "a b"] {
            #expect(problems(["kusto.endpoint.trust": bad]).count == 1)
        }
    }

    @Test("What is missing in an endpoint is added or derived", arguments: [
        ("https://c.r.kusto.windows.net/", nil, "https://ingest-c.r.kusto.windows.net", "https://c.r.kusto.windows.net", 1),
        ("https://ingest-c.r.kusto.windows.net", nil, "https://ingest-c.r.kusto.windows.net", "https://c.r.kusto.windows.net", 0),
        ("ingest-c.r.kusto.windows.net", nil, "https://ingest-c.r.kusto.windows.net", "https://c.r.kusto.windows.net", 0),
        ("https://ingest-private-c.r.kusto.windows.net", nil, "https://ingest-private-c.r.kusto.windows.net", "https://private-c.r.kusto.windows.net", 0),
        ("https://ingest-c.r.kusto.windows.net", "https://q.r.kusto.windows.net/", "https://ingest-c.r.kusto.windows.net", "https://q.r.kusto.windows.net", 0),
        ("http://127.0.0.1:8080", nil, "http://127.0.0.1:8080", "http://127.0.0.1:8080", 0),
        ("http://localhost:80/", nil, "http://localhost:80", "http://localhost:80", 0),
    ] as [(String, String?, String, String, Int)])
    func derivation(ingestion: String, query: String?, ingestionURL: String, queryURL: String, warnings: Int) throws {
        let settings = try settings(["kusto.ingestion.url": ingestion, "kusto.query.url": query])
        #expect(settings.kusto.ingestionURL == ingestionURL)
        #expect(settings.kusto.queryURL == queryURL)
        #expect(settings.warnings.count == warnings)
    }

    @Test("A bad endpoint is named, without the password that may stand in it")
    func naming() throws {
        let bad = try #require(problems(["kusto.ingestion.url": "https://user:pa55word@ingest-c.kusto.windows.net"]).first)
        #expect(bad.contains("kusto.ingestion.url") && !bad.contains("pa55word"))
        let query = problems(["kusto.query.url": "https://evil.com"])
        #expect(query.count == 1 && query[0].contains("kusto.query.url") && query[0].contains("known Azure Data Explorer endpoint"))
    }
}
