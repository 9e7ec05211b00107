import FoundationEssentials
import HTTP
import Identity
import Kafka
import Metrics
import Secrets
import SinkConfiguration
import Testing

@testable import Kafka
@testable import KafkaClients

@Suite("Tokens for Kafka")
struct TokenSourcesTests {
    private static let handler = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler"
    private static let entra =
        "com.azure.spring.cloud.service.implementation.kafka.KafkaOAuth2AuthenticateCallbackHandler"

    private func sources(_ transport: ScriptedTransport, _ registry: MetricsRegistry = .init()) -> TokenSources {
        TokenSources(
            azure: transport,
            environment: [:],
            clock: IdentityClock(now: { .zero }, unixSeconds: { Samples.now }),
            registry: registry,
            logger: Samples.logger
        )
    }

    private func token(_ changes: [String: String], _ sources: TokenSources) async throws -> KafkaToken {
        let base = ["security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER"]
        let settings = try Samples.settings(base.merging(changes) { $1 })
        let set = ClientSet(settings, unixSeconds: Samples.now, tokens: sources)
        #expect(set.problems == [])
        return try await #require(set.prepared[.consumer]?.tokens).fetch()
    }

    /// A client that logs in at Entra, whose requests go the way of all others to Azure.
    private static func client(_ more: [String: String] = [:]) -> [String: String] {
        [
            "sasl.login.callback.handler.class": handler,
            "sasl.oauthbearer.token.endpoint.url": "https://login.microsoftonline.com/t/oauth2/v2.0/token",
            "sasl.oauthbearer.client.credentials.client.id": "the-client",
            "sasl.oauthbearer.client.credentials.client.secret": "s3cret-value",
        ].merging(more) { $1 }
    }

    private static func jwt(_ claims: String) -> String {
        let body = Data(claims.utf8).base64EncodedString().replacing("=", with: "").replacing("+", with: "-")
        return "e30.\(body.replacing("/", with: "_")).c2ln"
    }

    @Test("have their end, the name that they are for, and the extensions")
    func opaque() async throws {
        let transport = ScriptedTransport([(200, #"{"access_token":"opaque","expires_in":3600}"#)])
        let token = try await token(
            Self.client(["sasl.oauthbearer.extensions": "logicalCluster=lkc-1"]),
            sources(transport)
        )
        #expect(token.value == Secret("opaque") && token.principal == "the-client")
        #expect(token.expiresAt == Int64(Samples.now + 3600) * 1000)
        #expect(token.extensions == ["logicalCluster": "lkc-1"])
        #expect(transport.urls == ["https://login.microsoftonline.com/t/oauth2/v2.0/token"])
    }

    @Test("that are JWTs name the client by the claim that is asked for")
    func claims() async throws {
        let jwt = Self.jwt(#"{"sub":"subject","azp":"application"}"#)
        let answer = [(status: 200, body: #"{"access_token":"\#(jwt)","expires_in":3600}"#)]
        #expect(try await token(Self.client(), sources(ScriptedTransport(answer))).principal == "subject")
        let other = Self.client(["sasl.oauthbearer.sub.claim.name": "azp"])
        #expect(try await token(other, sources(ScriptedTransport(answer))).principal == "application")
        let missing = Self.client(["sasl.oauthbearer.sub.claim.name": "none"])
        #expect(try await token(missing, sources(ScriptedTransport(answer))).principal == "the-client")
    }

    @Test("are shared by clients with the same credential")
    func shared() async throws {
        let transport = ScriptedTransport([(200, #"{"access_token":"opaque","expires_in":3600}"#)])
        let sources = sources(transport)
        _ = try await token(Self.client(), sources)
        _ = try await token(Self.client(), sources)
        #expect(transport.urls.count == 1)
    }

    @Test("come from one source for each credential that is in use, and a source that is not is ended")
    func ended() async throws {
        let sources = sources(ScriptedTransport([]))
        func clients(_ secret: String) throws -> ClientSet {
            let changes = Self.client([
                "security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER",
                "sasl.oauthbearer.token.endpoint.url": "https://127.0.0.1:1/token",
                "sasl.oauthbearer.client.credentials.client.secret": secret,
            ])
            return ClientSet(try Samples.settings(changes), unixSeconds: Samples.now, tokens: sources)
        }
        let (first, second) = (try clients("first"), try clients("second"))
        #expect(sources.count == 2)
        await sources.keepOnly(of: second)
        #expect(sources.count == 1)
        _ = try clients("second")
        #expect(sources.count == 1)
        let (old, kept) = (try #require(first.prepared[.consumer]?.tokens), second.prepared[.consumer]?.tokens)
        let error = await #expect(throws: KafkaTokenError.self) { try await old.fetch() }
        let other = await #expect(throws: KafkaTokenError.self) { try await kept?.fetch() }
        // One has no client any more, the other one finds nobody there.
        #expect(error?.message != other?.message, "\(error?.message ?? "")")
        await sources.close()
        #expect(sources.count == 0)
    }

    @Test("of Entra are for the brokers' namespace, with the sink's own identity")
    func entra() async throws {
        let transport = ScriptedTransport([(200, #"{"access_token":"opaque","expires_in":3600}"#)])
        let token = try await token(
            [
                "sasl.login.callback.handler.class": Self.entra,
                "bootstrap.servers": "orders.servicebus.windows.net:9093",
            ],
            sources(transport)
        )
        #expect(token.principal == "i")
        #expect(transport.urls == ["https://login.microsoftonline.com/t/oauth2/v2.0/token"])
    }

    @Test("that are refused are an error that names the properties, and no secret")
    func refused() async throws {
        let registry = MetricsRegistry()
        let transport = ScriptedTransport([(401, #"{"error":"invalid_client","error_description":"s3cret-value"}"#)])
        let error = await #expect(throws: KafkaTokenError.self) {
            try await token(Self.client(), sources(transport, registry))
        }
        #expect(error?.isFinal == true)
        let message = error?.message ?? ""
        #expect(message.contains("sasl.oauthbearer.client.credentials.client.id"), "\(message)")
        #expect(!message.contains("s3cret-value"))
        #expect(registry.render().contains(#"kusto_sink_refresh_failures_total{what="kafka-token"} 1"#))
    }

    @Test("from elsewhere go a way of their own, which trusts the authorities that are named")
    func elsewhere() async throws {
        let transport = ScriptedTransport([(200, #"{"access_token":"opaque","expires_in":3600}"#)])
        let sources = sources(transport)
        let changes = Self.client(["sasl.oauthbearer.token.endpoint.url": "https://127.0.0.1:1/token"])
        let error = await #expect(throws: KafkaTokenError.self) { try await token(changes, sources) }
        #expect(error?.isFinal == false)
        #expect(error?.message.contains("127.0.0.1:1") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("sasl.oauthbearer.token.endpoint.url") == true, "\(error?.message ?? "")")
        #expect(transport.urls.isEmpty)
        await sources.close()
    }
}
