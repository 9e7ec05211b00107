import HTTP
import Secrets
import Testing

@testable import Identity

@Suite("What tokens are for", .timeLimit(.minutes(2)))
struct AudienceTests {
    private let fixture = Fixture()
    private let application = Credential.clientSecret(
        EntraApplication(tenantID: "tid", clientID: "app"),
        RotatedSecret(Secret("s"))
    )

    @Test(
        "a namespace of Event Hubs is one's own audience, in the cloud of its name",
        arguments: [
            ("orders.servicebus.windows.net:9093", "orders.servicebus.windows.net", "login.microsoftonline.com"),
            (
                "SASL_SSL://Orders-1.ServiceBus.windows.net:9093", "orders-1.servicebus.windows.net",
                "login.microsoftonline.com"
            ),
            ("orders.servicebus.usgovcloudapi.net", "orders.servicebus.usgovcloudapi.net", "login.microsoftonline.us"),
            (
                "orders.servicebus.chinacloudapi.cn:9093", "orders.servicebus.chinacloudapi.cn",
                "login.partner.microsoftonline.cn"
            ),
        ]
    )
    func eventHubs(broker: String, host: String, login: String) async throws {
        let audience = try #require(TokenAudience.eventHubs(broker: broker))
        #expect(audience == .resource("https://\(host)", loginEndpoint: "https://\(login)"))
        let transport = ScriptedTransport([.token()])
        _ = try await fixture.provider(application, for: audience, transport).token()
        let request = try #require(transport.sent.first)
        #expect(request.url == "https://\(login)/tid/oauth2/v2.0/token")
        #expect(request.text.hasSuffix("&scope=https%3A%2F%2F\(host)%2F.default"))
        let machine = ScriptedTransport([.token()])
        _ = try await fixture.provider(.managedIdentity(.systemAssigned), for: audience, machine).token()
        #expect(machine.sent.first?.url.hasSuffix("&resource=https%3A%2F%2F\(host)") == true)
    }

    @Test(
        "other brokers are none, and neither are names that only look like it",
        arguments: [
            "kafka.example:9092", "servicebus.windows.net:9093", ".servicebus.windows.net",
            "orders.servicebus.windows.net.evil.example:9093", "ordersservicebus.windows.net",
            "a.b.servicebus.windows.net", "evil.example/orders.servicebus.windows.net",
            "evil.example#.servicebus.windows.net", "u@orders.servicebus.windows.net:9093",
            "orders.servicebus.windows.net:9093:1", "orders.servicebus.windows.net:99999",
            "orders.servicebus.windows.net:", "örders.servicebus.windows.net", "orders.servicebus.windows.net,b:1",
            "orders.servicebus.windows.net.", "", "://", "[::1]:9093",
        ]
    )
    func otherBrokers(broker: String) {
        #expect(TokenAudience.eventHubs(broker: broker) == nil)
    }

    @Test("no secret goes to a login endpoint without TLS", arguments: ["http://login.example", "login.example", ""])
    func loginWithoutTLS(login: String) async throws {
        let transport = ScriptedTransport([.token()])
        let provider = fixture.provider(application, for: .resource("https://r", loginEndpoint: login), transport)
        let error = await #expect(throws: IdentityError.self) { try await provider.token() }
        #expect(error?.code == .untrustedEndpoint && error?.needsChange == true && transport.sent.isEmpty)
    }

    @Test(
        "the clusters of each cloud say where to log in and for what",
        arguments: [
            (
                "https://login.microsoftonline.us", "https://kusto.kusto.usgovcloudapi.net", false,
                "kusto.usgovcloudapi.net"
            ),
            (
                "https://login.partner.microsoftonline.cn/", "https://kusto.kusto.chinacloudapi.cn", true,
                "kustomfa.chinacloudapi.cn"
            ),
        ]
    )
    func sovereignClouds(login: String, resource: String, needsMFA: Bool, suffix: String) async throws {
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("/v1/rest/auth/metadata")
                ? .text(
                    """
                    {"AzureAD":{"LoginEndpoint":"\(login)","LoginMfaRequired":\(needsMFA),\
                    "KustoServiceResourceId":"\(resource)"}}
                    """
                ) : .token()
        }
        let cluster = "https://ingest-c.\(resource.dropFirst("https://kusto.".count))"
        let provider = fixture.provider(
            application,
            for: .cluster(url: cluster, trusting: TrustedEndpoints()),
            transport
        )
        _ = try await provider.token()
        let request = try #require(transport.sent.last)
        #expect(request.url.hasPrefix(login.hasSuffix("/") ? login + "tid/" : login + "/tid/"))
        #expect(request.text.hasSuffix("&scope=https%3A%2F%2Fkusto.\(suffix)%2F.default"))
    }
}
