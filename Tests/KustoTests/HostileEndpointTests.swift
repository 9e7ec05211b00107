import FoundationEssentials
import HTTP
import Identity
import Logging
import Secrets
import Testing

@testable import Kusto

/// Nobody but the cluster, its cloud's Entra and its cloud's storage ever receives a token, a secret or data.
@Suite("Hostile endpoints", .timeLimit(.minutes(3)))
struct HostileEndpointTests {
    private let fixture = ClientFixture()
    private static let ingestion = "https://ingest-c.westeurope.kusto.windows.net"
    private static let query = "https://c.westeurope.kusto.windows.net"
    private static let secret = Credential.clientSecret(
        EntraApplication(tenantID: "tenant", clientID: "app"),
        RotatedSecret(Secret("S3CRET"))
    )

    private func client(
        _ transport: ScriptedTransport,
        _ credential: Credential = secret,
        ingestionURL: String = ingestion,
        queryURL: String = query,
        trust: TrustedEndpoints = .init()
    ) -> KustoClient {
        fixture.client(transport, credential, ingestionURL: ingestionURL, queryURL: queryURL, trust: trust)
    }

    private static func metadata(login: String, resource: String = "https://kusto.kusto.windows.net")
        -> ScriptedTransport.Answer
    {
        let (login, resource) = (login.replacing("\\", with: "\\\\"), resource.replacing("\\", with: "\\\\"))
        return ScriptedTransport.json(
            #"{"AzureAD":{"LoginEndpoint":"\#(login)","KustoServiceResourceId":"\#(resource)"}}"#
        )
    }

    /// What everything asks that goes well: public cloud, one account of its storage.
    private static func good(_ request: HTTPRequest) -> ScriptedTransport.Answer? {
        if request.url.hasSuffix("/metadata") { return metadata(login: "https://login.microsoftonline.com") }
        if request.url.contains(".table.core.") {
            return request.method == .get
                ? ScriptedTransport.json(#"{"value":[]}"#) : .success(HTTPResponse(status: 204))
        }
        guard ScriptedTransport.body(request).contains(".get ingestion resources") else { return nil }
        return resources()
    }

    private static func resources(_ more: [[String]] = []) -> ScriptedTransport.Answer {
        let own = [
            ["TempStorage", "https://a.blob.core.windows.net/c?sig=SA"],
            ["SecuredReadyForAggregationQueue", "https://a.queue.core.windows.net/q?sig=SQ"],
            ["IngestionsStatusTable", "https://a.table.core.windows.net/t?sig=ST"],
        ]
        return ScriptedTransport.json(ScriptedTransport.table(["ResourceTypeName", "StorageRoot"], own + more))
    }

    /// Does everything that a client does, and returns the first failure.
    private func useAll(_ client: KustoClient) async -> KustoError? {
        do throws(KustoError) {
            let blob = try await client.upload(Bytes(bytes: [1]), name: "b")
            let report = ReportRequest(partitionKey: "sink", level: .failuresAndSuccesses, properties: [:])
            try await client.enqueue(blob, fixture.properties, report: report)
            _ = try await client.reports(partitionKey: "sink")
            try await client.validate(
                TableTarget(database: "Db", table: "T", mapping: .init(name: "m", kind: "Json"))
            )
            _ = try await client.stream(Bytes(bytes: [1]), fixture.properties, isCompressed: false)
            return nil
        } catch {
            return error
        }
    }

    /// Scheme and host of every request.
    private func origins(_ transport: ScriptedTransport) -> Set<String> {
        Set(transport.sent.map { $0.url.split(separator: "/").prefix(2).joined(separator: "//") })
    }

    private static let own: Set<String> = [
        ingestion, query, "https://login.microsoftonline.com", "https://a.blob.core.windows.net",
        "https://a.queue.core.windows.net", "https://a.table.core.windows.net",
    ]

    private static let hostile = [
        "https://evil.example", "https://c.kusto.windows.net.evil.example", "https://c.kusto.windows.net@evil.example",
        "https://user:p4ss@c.kusto.windows.net", "https://evil.example\\.kusto.windows.net",
        "https://c.kusto.windows.net.",
        "https://evil.example/.kusto.windows.net", "https://evil.example?.kusto.windows.net",
        "http://c.kusto.windows.net",
        "https://evilkusto.windows.net", "https://kusto.windows.net", "https://с.kusto.windows.net",
        "https://c.xn--kusto-.windows.net.evil.example", "https://10.0.0.1", "http://169.254.169.254", "https://0x7f.1",
        "https://2130706433", "https://127.1", "https://127.0.0.1.evil.example", "https://[::ffff:127.0.0.1]",
        "https://c.kusto.windows.net:0", "ftp://c.kusto.windows.net", "",
    ]

    @Test("get no request at all as clusters, with any credential", arguments: hostile)
    func clusters(url: String) async throws {
        let credentials: [Credential] = [
            Self.secret, .token(RotatedSecret(Secret("T0KEN"))), .managedIdentity(.systemAssigned), .workloadIdentity,
        ]
        for credential in credentials {
            for (ingestion, query) in [(url, Self.query), (Self.ingestion, url)] {
                let transport = ScriptedTransport()
                let error = await useAll(client(transport, credential, ingestionURL: ingestion, queryURL: query))
                #expect(error?.code == .untrustedEndpoint && error?.disposition == .stop)
                #expect(error?.message.contains("p4ss") == false)
                #expect(transport.sent.isEmpty)
            }
        }
    }

    @Test(
        "get no secret as login endpoints, whatever a cluster says",
        arguments: hostile + [
            "https://login.microsoftonline.us", "https://login.microsoftonline.com.evil.example",
            "https://login.microsoftonline.com@evil.example", "http://login.microsoftonline.com", "http://localhost:1",
        ]
    )
    func logins(url: String) async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("/metadata") ? Self.metadata(login: url) : Self.good(request)
        }
        let error = await useAll(client(transport))
        #expect(error?.code == .untrustedEndpoint && error?.disposition == .stop)
        #expect(error?.message.contains("p4ss") == false)
        #expect(transport.sent.map(\.url) == ["\(Self.ingestion)/v1/rest/auth/metadata"])
        #expect(transport.sent.allSatisfy { $0.header("Authorization") == nil && ScriptedTransport.body($0).isEmpty })
    }

    @Test("get no token for another service, as clusters that the user trusts")
    func resources() async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("/metadata")
                ? Self.metadata(login: "https://login.microsoftonline.com", resource: "https://management.azure.com")
                : nil
        }
        let trust = TrustedEndpoints(additionalHosts: ["adx.corp.example"])
        for credential in [Self.secret, .managedIdentity(.systemAssigned), .workloadIdentity] {
            let url = "https://adx.corp.example"
            let error = await useAll(client(transport, credential, ingestionURL: url, queryURL: url, trust: trust))
            #expect(error?.code == .untrustedEndpoint)
        }
        #expect(origins(transport) == ["https://adx.corp.example"])
        #expect(transport.sent.allSatisfy { $0.header("Authorization") == nil })
    }

    @Test("get neither data nor signatures as storage, beside storage that is the cloud's", arguments: hostile)
    func storage(url: String) async throws {
        let root = url.replacing("\\", with: "\\\\") + "/x?sig=S3CRET"
        let kinds = ["TempStorage", "SecuredReadyForAggregationQueue", "IngestionsStatusTable"]
        let transport = ScriptedTransport { request, _ in
            ScriptedTransport.body(request).contains(".get ingestion resources")
                ? Self.resources(kinds.flatMap { [[$0, root], [$0, root]] }) : Self.good(request)
        }
        let client = client(transport)
        for _ in 0..<5 { #expect(await useAll(client) == nil) }
        #expect(origins(transport) == Self.own)
        let warning = try #require(fixture.log.entries.first { $0.metadata["kusto.storage"] != nil })
        #expect(warning.level == .warning)
        #expect(!"\(fixture.log.entries)".contains("S3CRET") && !"\(fixture.log.entries)".contains("p4ss"))
    }

    @Test("get nothing when a cluster names no other storage", arguments: hostile)
    func onlyStorage(url: String) async throws {
        let root = url.replacing("\\", with: "\\\\") + "/x?sig=S3CRET"
        let transport = ScriptedTransport { request, _ in
            guard ScriptedTransport.body(request).contains(".get ingestion resources") else {
                return Self.good(request)
            }
            let rows = [
                ["TempStorage", root], ["SecuredReadyForAggregationQueue", root], ["IngestionsStatusTable", root],
            ]
            return ScriptedTransport.json(ScriptedTransport.table(["ResourceTypeName", "StorageRoot"], rows))
        }
        let error = await useAll(client(transport))
        #expect(error?.code == .untrustedEndpoint && error?.disposition == .stop)
        #expect(error?.message.contains("S3CRET") == false && error?.message.contains("p4ss") == false)
        #expect(origins(transport).isSubset(of: [Self.ingestion, "https://login.microsoftonline.com"]))
    }

    @Test(
        "get nothing by redirects, whoever sends them",
        arguments: ["/metadata", "/token", "/mgmt", "/query", "/ingest/", "a.blob.", "a.queue.", "a.table."],
        [301, 302, 303, 307, 308]
    )
    func redirects(leg: String, status: Int) async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.contains(leg)
                ? .success(
                    HTTPResponse(status: status, headers: [HTTPHeader("Location", "https://evil.example\(leg)?sig=1")])
                ) : Self.good(request)
        }
        // A batch whose streaming fails is queued, which is no failure.
        let error = await useAll(client(transport))
        #expect(leg == "/ingest/" || error != nil)
        #expect(origins(transport).isSubset(of: Self.own))
    }
}
