import FoundationEssentials
import HTTP
import HTTPServer
import Identity
import Logging
import NetworkKit
import Secrets
import Synchronization
import Testing

@testable import Kusto

/// The whole network is one server that records everything, so what a client sends anywhere at all is seen.
///
/// A proxy leads every host there, and certificates are not checked, as if whoever is hostile had a good one.
@Suite("A hostile network", .timeLimit(.minutes(5)))
final class HostileNetworkTests: Sendable {
    private struct Seen: Sendable {
        let host: String
        let method: String
        let target: String
        let headers: String
        let body: String

        var text: String { "\(method) \(host)\(target)\n\(headers)\n\(body)" }
    }

    /// Returns the answer of a host in place of the good one; `nil` for the good one.
    private typealias Script = @Sendable (_ host: String, _ path: String, _ body: String) -> HTTPServerResponse?

    private static let ingestion = "ingest-c.westeurope.kusto.windows.net"
    private static let query = "c.westeurope.kusto.windows.net"
    private static let login = "login.microsoftonline.com"
    private static let storage = ["blob", "queue", "table"].map { "a.\($0).core.windows.net" }
    private static let secrets = ["CL1ENT-S3CRET", "T0KEN", "SIGNATURE", "R0W"]

    private let seen = Mutex<[Seen]>([])
    private let script = Mutex<Script>({ _, _, _ in nil })
    private static let folder = Result { try CertificateFolder() }
    private let fixture = ClientFixture()

    /// Runs with a client whose network is the recorder, and returns what was seen and the client's first failure.
    private func run(
        ingestionURL: String = "https://\(ingestion)",
        queryURL: String = "https://\(query)",
        _ script: @escaping Script = { _, _, _ in nil }
    ) async throws -> (seen: [Seen], failure: KustoError?) {
        self.script.withLock { $0 = script }
        seen.withLock { $0 = [] }
        let logger = Logger(label: "test", sink: MemoryLogSink())
        let folder = try Self.folder.get()
        let server = HTTPListener(
            configuration: HTTPServerConfiguration(
                tls: .init(certificate: try folder.text("server.crt"), key: try folder.text("server.key"))
            ),
            logger: logger
        ) { [self] request in
            let body = String(decoding: (try? await request.collect(upTo: 1 << 20)) ?? [], as: UTF8.self)
            return record(request, body)
        }
        try server.start()
        let proxy = TunnelProxy(to: server.port)
        let http = try HTTPClient(
            configuration: HTTPClientConfiguration(
                tls: TLSSettings(verifiesServer: false),
                // Otherwise addresses of this machine and its surroundings would be reached without being seen.
                proxies: ProxyRules(.init(host: "127.0.0.1", port: proxy.port, isForLocalHosts: true))
            ),
            logger: logger
        )
        let client = fixture.client(
            http,
            .clientSecret(
                EntraApplication(tenantID: "tenant", clientID: "app"),
                RotatedSecret(Secret("CL1ENT-S3CRET"))
            ),
            ingestionURL: ingestionURL,
            queryURL: queryURL,
            trust: .init()
        )
        let failure = await useAll(client)
        await http.shutdown()
        proxy.stop()
        await server.stop()
        // A connection that was opened is a sign too, even if nothing was sent over it.
        let opened = proxy.requests.map { head in
            let target = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            return Seen(host: target, method: "CONNECT", target: "", headers: "", body: head)
        }
        return (seen.withLock { $0 } + opened, failure)
    }

    private func useAll(_ client: KustoClient) async -> KustoError? {
        let properties = IngestionProperties(
            database: "Db",
            table: "T",
            format: "csv",
            mapping: nil,
            rawBytes: 3,
            sourceID: UUID()
        )
        do throws(KustoError) {
            let blob = try await client.upload(Bytes(bytes: Array("R0W".utf8)), name: "b")
            let report = ReportRequest(partitionKey: "sink", level: .failuresAndSuccesses, properties: [:])
            try await client.enqueue(blob, properties, report: report)
            _ = try await client.reports(partitionKey: "sink")
            try await client.validate(TableTarget(database: "Db", table: "T", mapping: nil))
            _ = try await client.stream(Bytes(bytes: Array("R0W".utf8)), properties, isCompressed: false)
            return nil
        } catch {
            return error
        }
    }

    private func record(_ request: HTTPServerRequest, _ body: String) -> HTTPServerResponse {
        let host = request.header("Host") ?? ""
        let target = request.path + (request.query.isEmpty ? "" : "?\(request.query)")
        let headers = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        seen.withLock {
            $0.append(Seen(host: host, method: request.method, target: target, headers: headers, body: body))
        }
        return script.withLock { $0 }(host, request.path, body) ?? Self.good(host, request.method, request.path, body)
    }

    // MARK: Answers

    private static func answer(_ text: String) -> HTTPServerResponse {
        HTTPServerResponse(
            status: 200,
            headers: [
                .init(name: "Content-Type", value: "application/json"), .init(name: "x-ms-activity-id", value: "1"),
            ],
            body: .bytes(Array(text.utf8))
        )
    }

    private static func metadata(login: String) -> HTTPServerResponse {
        answer(
            #"{"AzureAD":{"LoginEndpoint":"\#(escaped(login))","KustoServiceResourceId":"https://kusto.kusto.windows.net"}}"#
        )
    }

    private static func escaped(_ text: String) -> String { text.replacing("\\", with: "\\\\") }

    private static func resources(_ roots: [(String, String)]) -> HTTPServerResponse {
        answer(ScriptedTransport.table(["ResourceTypeName", "StorageRoot"], roots.map { [$0.0, escaped($0.1)] }))
    }

    private static let ownRoots = [
        ("TempStorage", "https://a.blob.core.windows.net/c?sig=SIGNATURE"),
        ("SecuredReadyForAggregationQueue", "https://a.queue.core.windows.net/q?sig=SIGNATURE"),
        ("IngestionsStatusTable", "https://a.table.core.windows.net/t?sig=SIGNATURE"),
    ]

    private static func good(_ host: String, _ method: String, _ path: String, _ body: String) -> HTTPServerResponse {
        if path.hasSuffix("/metadata") { return metadata(login: "https://\(login)") }
        if path.hasSuffix("/token") {
            return answer(#"{"token_type":"Bearer","expires_in":3600,"access_token":"T0KEN"}"#)
        }
        if body.contains(".get ingestion resources") { return resources(ownRoots) }
        if body.contains(".get kusto identity token") {
            return answer(ScriptedTransport.table(["AuthorizationContext"], [["IDENT1TY"]]))
        }
        if body.contains(".show principal access") {
            return answer(
                ScriptedTransport.table(
                    ["Type", "Name", "Access", "HasAccess"],
                    [["AadApp", "app", "ingest", "true"]]
                )
            )
        }
        if path.contains("/v1/rest/ingest/") {
            return answer(
                ScriptedTransport.table(["ConsumedRecordsCount", "UpdatePolicyStatus"], [["0", "Inactive"]])
            )
        }
        if path.contains("/v2/rest/query") {
            return answer(
                #"[{"FrameType":"DataTable","TableKind":"PrimaryResult","Columns":[{"ColumnName":"Result"}],"Rows":[["OK"]]}]"#
            )
        }
        if path.contains("/v1/rest/mgmt") { return answer(ScriptedTransport.table(["Name"], [["m"]])) }
        if method == "GET" { return answer(#"{"value":[]}"#) }
        return HTTPServerResponse(status: host.contains(".table.") ? 204 : 201)
    }

    /// Expects that every secret was seen only by those for whom it is.
    private func expectSecrecy(_ all: [Seen], _ place: SourceLocation = #_sourceLocation) {
        let clusters: Set = [Self.ingestion, Self.query]
        for each in all {
            let text = each.text
            let host = each.method == "CONNECT" ? String(each.host.dropLast(":443".count)) : each.host
            let isOwn = clusters.contains(host) || host == Self.login || Self.storage.contains(host)
            #expect(isOwn, "\(each.method) \(each.host)", sourceLocation: place)
            #expect(host == Self.login || !text.contains("CL1ENT-S3CRET"), "\(each.host)", sourceLocation: place)
            #expect(host == Self.login || !text.contains("client_secret"), "\(each.host)", sourceLocation: place)
            let isBearer = text.lowercased().contains("\nauthorization:") || text.contains("T0KEN")
            #expect(clusters.contains(host) || !isBearer, "\(each.host)", sourceLocation: place)
            // Only a proxy that wants a password gets one.
            #expect(!text.contains("Proxy-Authorization"), sourceLocation: place)
        }
    }

    private static let hostile = [
        "https://evil.example", "https://c.kusto.windows.net.evil.example",
        "https://c.kusto.windows.net@evil.example", "https://user:p4ss@c.kusto.windows.net",
        "https://evil.example:443@c.kusto.windows.net", "https://evil.example\\@c.kusto.windows.net",
        "https://evil.example\\.kusto.windows.net", "https://evil.example/.kusto.windows.net",
        "https://evil.example?.kusto.windows.net", "https://evil.example#.kusto.windows.net",
        "https://evil.example%2f.kusto.windows.net", "https://evilkusto.windows.net", "https://kusto.windows.net",
        "https://c.kusto.windows.net.", "https://с.kusto.windows.net", "https://c.kusto.wındows.net",
        "https://c。kusto.windows.net", "https://xn--c-7sb.kusto.windows.net.evil.example",
        "http://c.kusto.windows.net", "https://10.0.0.1", "http://169.254.169.254", "https://168.63.129.16",
        "https://2130706433", "https://0x7f.1", "https://127.1", "https://127.0.0.1.evil.example",
        "https://[::ffff:127.0.0.1]", "https://[fd00::1]", "https://[fe80::1%25eth0]", "https://c.kusto.windows.net:0",
        "ftp://c.kusto.windows.net", "//evil.example", "https:evil.example",
    ]

    // MARK: Tests

    @Test("sees every secret where it belongs when nobody is hostile")
    func control() async throws {
        let (seen, failure) = try await run()
        #expect(failure == nil, "\(failure as Any)")
        expectSecrecy(seen)
        for secret in Self.secrets { #expect(seen.contains { $0.text.contains(secret) }, "\(secret)") }
        for host in [Self.ingestion, Self.query, Self.login] + Self.storage {
            #expect(seen.contains { $0.host == host }, "\(host)")
        }
    }

    @Test("is not asked anything when a cluster's URL is hostile", arguments: hostile)
    func clusters(url: String) async throws {
        for (ingestion, query) in [(url, "https://\(Self.query)"), ("https://\(Self.ingestion)", url)] {
            let (seen, failure) = try await run(ingestionURL: ingestion, queryURL: query)
            #expect(seen.isEmpty && failure?.code == .untrustedEndpoint)
        }
    }

    @Test("gets no secret as a login endpoint that a cluster names", arguments: hostile)
    func logins(url: String) async throws {
        let (seen, failure) = try await run { _, path, _ in
            path.hasSuffix("/metadata") ? Self.metadata(login: url) : nil
        }
        expectSecrecy(seen)
        #expect(failure?.code == .untrustedEndpoint)
        #expect(seen.allSatisfy { $0.host.hasPrefix(Self.ingestion) && !$0.text.contains("T0KEN") })
    }

    @Test("gets neither data nor signatures as storage that Data Management names", arguments: hostile)
    func storage(url: String) async throws {
        let hostile = Self.ownRoots.map { ($0.0, "\(url)/x?sig=SIGNATURE") }
        let (seen, failure) = try await run { _, _, body in
            body.contains(".get ingestion resources") ? Self.resources(Self.ownRoots + hostile) : nil
        }
        expectSecrecy(seen)
        #expect(failure == nil)
        let (alone, refusal) = try await run { _, _, body in
            body.contains(".get ingestion resources") ? Self.resources(hostile) : nil
        }
        expectSecrecy(alone)
        #expect(refusal?.code == .untrustedEndpoint && !alone.contains { $0.text.contains("R0W") })
    }

    @Test(
        "gets nothing by redirects, whoever sends them",
        arguments: ["/metadata", "/token", "/mgmt", "/query", "/ingest/", "a.blob.", "a.queue.", "a.table."],
        [301, 302, 303, 307, 308]
    )
    func redirects(leg: String, status: Int) async throws {
        let (seen, failure) = try await run { host, path, _ in
            guard "\(host)\(path)".contains(leg) else { return nil }
            return HTTPServerResponse(
                status: status,
                headers: [.init(name: "Location", value: "https://evil.example/x?sig=1")]
            )
        }
        expectSecrecy(seen)
        // A batch whose streaming fails is queued, which is no failure.
        #expect(leg == "/ingest/" || failure != nil)
    }
}
