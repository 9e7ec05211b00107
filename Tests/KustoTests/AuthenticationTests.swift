import Foundation
import HTTP
import Identity
import Logging
import Metrics
import Testing

@testable import Kusto

@Suite("Tokens", .timeLimit(.minutes(3)))
struct AuthenticationTests {
    private let fixture = ClientFixture()

    @Test("logs in where the cluster says, once for many requests")
    func logsIn() async throws {
        let transport = ScriptedTransport()
        let client = fixture.client(transport)
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
            request.url.hasSuffix("metadata")
                ? .success(HTTPResponse(status: 404, headers: [HTTPHeader("x-ms-activity-id", "a")])) : nil
        }
        _ = try await fixture.client(transport).manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").first?.url.hasPrefix("https://login.microsoftonline.com/tenant/") == true)
    }

    @Test("a proxy that does not find the metadata says nothing about the cloud, and the cluster is asked again")
    func mistrustsProxies() async throws {
        let transport = ScriptedTransport { request, before in
            request.url.hasSuffix("metadata") && before == 0 ? .success(HTTPResponse(status: 404)) : nil
        }
        let client = fixture.client(transport)
        let error = await #expect(throws: KustoError.self) { try await client.connect() }
        #expect(error?.disposition == .retry && error?.isRefusal == false)
        #expect(transport.sent(to: "/token").isEmpty)
        fixture.clock.advance(by: .seconds(60))
        try await client.connect()
        #expect(transport.sent(to: "/token").first?.url.hasPrefix("https://login.example/tenant/") == true)
    }

    @Test(
        "a cluster's metadata are at its root",
        arguments: ["https://c.example/Db", "https://c.example:8080/a/b", "https://c.example"]
    )
    func findsMetadata(url: String) async throws {
        let transport = ScriptedTransport()
        try await fixture.client(transport, ingestionURL: url).connect()
        let host = url.contains("8080") ? "c.example:8080" : "c.example"
        #expect(transport.sent(to: "metadata").map(\.url) == ["https://\(host)/v1/rest/auth/metadata"])
    }

    @Test(
        "a token that its issuer gives any life is used for a sensible time",
        arguments: [
            #""expires_on":"-9223372036854775808""#, #""expires_on":-9223372036854775808"#, #""expires_on":"1""#,
            #""expires_in":9223372036854775807"#, #""expires_in":-9223372036854775808"#, #""expires_in":1e400"#,
            #""expires_on":9223372036854775807"#, #""expires_in":3600,"refresh_in":-9223372036854775808"#,
            #""expires_in":"3600","refresh_in":"9223372036854775807""#, #""expires_in":"soon""#, #""expires_in":null"#,
        ]
    )
    func boundsLives(life: String) async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("/token") ? ScriptedTransport.json(#"{"access_token":"T",\#(life)}"#) : nil
        }
        let client = fixture.client(transport)
        _ = try await client.manage(".show version", database: "Db")
        fixture.clock.advance(by: .seconds(400 * 86_400))
        _ = try await client.manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").count == 2)
    }

    @Test("sends no credential to a login endpoint without TLS")
    func refusesPlainLogins() async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("metadata")
                ? ScriptedTransport.json(#"{"AzureAD":{"LoginEndpoint":"http://login.example"}}"#) : nil
        }
        let error = await #expect(throws: KustoError.self) { try await fixture.client(transport).connect() }
        #expect(error?.code == .untrustedEndpoint)
        #expect(transport.sent(to: "/token").isEmpty)
    }

    @Test("renews a token before it ends, goes on with the old one when that fails, and not for ever")
    func renewsTokens() async throws {
        let transport = ScriptedTransport { request, before in
            request.url.hasSuffix("/token") && before > 0 ? .success(HTTPResponse(status: 503)) : nil
        }
        let client = fixture.client(transport)
        _ = try await client.manage(".show version", database: "Db")
        fixture.clock.advance(by: .seconds(3000))
        _ = try await client.manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").count == 1)
        fixture.clock.advance(by: .seconds(400))
        _ = try await client.manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").count == 2)
        #expect(fixture.registry.render().contains(#"kusto_sink_refresh_failures_total{what="token"} 1"#))
        #expect(fixture.log.entries.contains { $0.level == .warning && $0.metadata["refresh.of"] == "token" })
        fixture.clock.advance(by: .seconds(10))
        _ = try await client.manage(".show version", database: "Db")
        #expect(transport.sent(to: "/token").count == 2, "not again within 30 s")
        fixture.clock.advance(by: .seconds(300))
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
        _ = try await fixture.client(once).manage(".show version", database: "Db")
        #expect(once.sent(to: "/token").count == 2)
        let always = ScriptedTransport { request, _ in
            request.url.hasSuffix("/mgmt") ? .success(refusal) : nil
        }
        let error = await #expect(throws: KustoError.self) {
            try await fixture.client(always).manage(".show version", database: "Db")
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
        try await fixture.client(pod, .workloadIdentity, environment: environment).connect()
        #expect(pod.sent(to: "/token").first?.url == "https://login.pod.example/tid/oauth2/v2.0/token")
        #expect(
            pod.sent(to: "/token").first.map(ScriptedTransport.body)?.contains("&client_assertion=POD-T0KEN&") == true
        )

        for host in [
            "http://login.microsoftonline.com", "https://u:p4ss@login.example", "https://login.example?x",
            "https://0x7f.1",
            "ftp://login.example", "login.example\\@evil.example", "https://", "//login.example",
        ] {
            let transport = ScriptedTransport()
            let hostile = environment.merging(["AZURE_AUTHORITY_HOST": host]) { $1 }
            let error = await #expect(throws: KustoError.self) {
                try await fixture.client(transport, .workloadIdentity, environment: hostile).connect()
            }
            #expect(error?.code == .untrustedEndpoint && error?.disposition == .stop)
            #expect(error?.message.contains("AZURE_AUTHORITY_HOST") == true && error?.message.contains("p4ss") == false)
            #expect(transport.sent(to: "/token").isEmpty)
        }
        let local = ScriptedTransport()
        let loopback = environment.merging(["AZURE_AUTHORITY_HOST": "http://127.0.0.1:8080/"]) { $1 }
        try await fixture.client(local, .workloadIdentity, environment: loopback).connect()
        #expect(local.sent(to: "/token").first?.url == "http://127.0.0.1:8080/tid/oauth2/v2.0/token")

        let incomplete = await #expect(throws: KustoError.self) {
            try await fixture.client(ScriptedTransport(), .workloadIdentity).connect()
        }
        #expect(incomplete?.message.contains("AZURE_CLIENT_ID is not set") == true)

        let machine = ScriptedTransport { request, _ in
            request.url.contains("169.254")
                ? ScriptedTransport.json(#"{"access_token":"M","expires_in":"86400","expires_on":"0"}"#) : nil
        }
        try await fixture.client(machine, .managedIdentity(.clientID("mi"))).connect()
        #expect(
            machine.sent(to: "169.254").first?.url
                == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fkusto.example&client_id=mi"
        )
        #expect(machine.sent(to: "169.254").first?.headers.contains(HTTPHeader("Metadata", "true")) == true)
    }
}
